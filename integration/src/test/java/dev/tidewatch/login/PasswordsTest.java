package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.startsWith;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {

    private final Argon2id argon2id = spy(new Argon2id());
    private final Passwords passwords = new Passwords(argon2id);

    @Test
    void aHashHasTheParametersOfOwaspAndASaltOfItsOwn() {
        assertThat(argon2id.hash("secret")).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}")
                .isNotEqualTo(argon2id.hash("secret"));
    }

    /** Made by the reference implementation (argon2-cffi 25.1, which binds libargon2), password {@code pässword 🔒}. */
    @ParameterizedTest
    @ValueSource(strings = {"$argon2id$v=19$m=19456,t=2,p=1$Y7OWt6f6fH6mWhVcXNBFkQ$4hCnKkB0/DNIxnCoFLbo6C5PREpbYs9hx9Bqha5NdEc", "$argon2id$v=19$m=8192,t=3,p=2$FnqWMb8Gi+dSj0Mz$Tnh6CDKH4sFrF/7u2Yc+brwc0JrXQdPN"})
    void hashesOfTheReferenceImplementationAreVerified(String phc) {
        assertThat(argon2id.matches("p\u00e4ssword \uD83D\uDD12", phc)).isTrue();
        assertThat(argon2id.matches("passw\u00f6rd \uD83D\uDD12", phc)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "admin123", "$2y$12$aaaaaaaaaaaaaaaaaaaaaa", "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"})
    void whatIsNoHashOfArgon2idIsAnErrorThatDoesNotShowIt(String phc) {
        assertThatThrownBy(() -> argon2id.matches("x", phc)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A password hash is no PHC string of Argon2id");
    }

    @Test
    void manyAtOnceDoNotDisturbEachOther() {
        Map<String, String> hashes = new ConcurrentHashMap<>();
        IntStream.range(0, 12).parallel().forEach(i -> hashes.put("password " + i, argon2id.hash("password " + i)));

        assertThat(hashes.entrySet().parallelStream().allMatch(entry -> argon2id.matches(entry.getKey(), entry.getValue()))).isTrue();
        assertThat(argon2id.matches("password 1", hashes.get("password 2"))).isFalse();
    }

    @Test
    void anUnknownUserCostsOneHashOfTheSameParametersAndNeverMatches() {
        assertThat(passwords.matches(new Credentials("nobody-here", null, "nobody"), null)).isFalse();

        verify(argon2id).matches(eq("nobody"), startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    @Test
    void aKnownUserMatchesWithTheRightPasswordOnly() {
        Map<String, Object> user = Map.of("passwordHash", argon2id.hash("right"), "locked", 0L);

        assertThat(passwords.matches(new Credentials("admin", null, "right"), user)).isTrue();
        assertThat(passwords.matches(new Credentials("admin", null, "Right"), user)).isFalse();
    }
}
