package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.startsWith;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.CapturedLog;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class PasswordsTest {

    private final Argon2id argon2id;
    private final Passwords passwords;

    PasswordsTest() throws IOException {
        argon2id = spy(new Argon2id(LoginPropertiesTest.hash()));
        passwords = new Passwords(List.of(argon2id, new Bcrypt(), new Pbkdf2()), argon2id, LoginPropertiesTest.login());
    }

    @Test
    void newHashHasOwaspParametersAndItsOwnSalt() {
        assertThat(argon2id.hash("secret")).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}")
                .isNotEqualTo(argon2id.hash("secret"));
    }

    /** Created by the reference implementation (argon2-cffi 25.1, which binds libargon2), password {@code pässword 🔒}. */
    @ParameterizedTest
    @ValueSource(strings = {
        "$argon2id$v=19$m=19456,t=2,p=1$Y7OWt6f6fH6mWhVcXNBFkQ$4hCnKkB0/DNIxnCoFLbo6C5PREpbYs9hx9Bqha5NdEc",
        "$argon2id$v=19$m=8192,t=3,p=2$FnqWMb8Gi+dSj0Mz$Tnh6CDKH4sFrF/7u2Yc+brwc0JrXQdPN"})
    void verifiesHashesOfTheReferenceImplementation(String phc) {
        assertThat(argon2id.matches("p\u00e4ssword \uD83D\uDD12", phc)).isTrue();
        assertThat(argon2id.matches("passw\u00f6rd \uD83D\uDD12", phc)).isFalse();
    }

    /** Created by bcrypt 5.0, passlib 1.7.4 and Django 5.2, the same password; {@code $2y$} is PHP's name for {@code $2b$}. */
    @ParameterizedTest
    @ValueSource(strings = {
        "$2b$10$ka0YHfwSYghB7hbIJs.IOezuL6U1BASzrD.IHKEKTVQDNMkpRzafW",
        "$2y$10$ka0YHfwSYghB7hbIJs.IOezuL6U1BASzrD.IHKEKTVQDNMkpRzafW",
        "$2a$05$po2KrKdLhJ0vhnnYbNoHWONIxEQPuBj9dBTu/o7qJCmvql8cFQvkS",
        "$pbkdf2-sha256$29000$MGZsbe0dA2BMKYWQMkYI4Q$WJwTWpBNLYb6bWn4iTo0YHl3KDTGE5nduoKsCqGvSNI",
        "$pbkdf2-sha512$25000$NmaslTKmVEoJ4fw/h9BaKw$"
                + "dfbxz.xTi/4tRLjgjVUFQKLQGuM4YoQfJfPH8Ra2ICyOWBaUTAhMDgurNVjG8ufbTOBpNzSmhZ2PR4eo6QaQXQ",
        "pbkdf2_sha256$29000$y19SdGFy7Cpf3ThmcG3h6c$Nyv77h9++bWPkrAW4cOenlv1Hrr8dLznZOKIaos+8Ps="})
    void verifiesAndUpgradesHashesOfOtherSchemes(String hash) {
        Map<String, Object> user = user(hash);

        assertThat(passwords.matches(password("passw\u00f6rd \uD83D\uDD12"), user)).isFalse();
        assertThat(passwords.matches(password("p\u00e4ssword \uD83D\uDD12"), user)).isTrue();
        String upgraded = passwords.newHash(password("p\u00e4ssword \uD83D\uDD12"), user);
        assertThat(argon2id.matches("p\u00e4ssword \uD83D\uDD12", upgraded)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ',', value = {
        "m=19456 t=2 p=1, false", "m=19456 t=2 p=4, false", "m=65536 t=3 p=4, false", "m=19455 t=2 p=1, true", "m=65536 t=1 p=1, true"})
    void upgradesHashesOfLowerCost(String parameters, boolean isWeak) {
        String hash = "$argon2id$v=19$" + parameters.replace(' ', ',') + "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA";
        assertThat(passwords.newHash(password("x"), user(hash)) != null).isEqualTo(isWeak);
    }

    @Test
    void bug05KeepsAHashThatDoesNotCoverTheWholePassword() {
        String passphrase = "a".repeat(70) + "\u00e4";
        Map<String, Object> user = user(new BCryptPasswordEncoder(4).encode(passphrase));

        assertThat(passwords.matches(password(passphrase + " and a typo"), user)).isTrue();
        assertThat(passwords.newHash(password(passphrase + " and a typo"), user)).isNull();
        assertThat(passwords.newHash(password(passphrase), user)).isNotNull();
    }

    /** The schemes take these for the password {@code secret}. */
    @ParameterizedTest
    @CsvSource({"secretNULsecret, $2b$04$aaaaaaaaaaaaaaaaaaaaaOGY9KrC7e/pHj3EXQPxs8hKEBbvQhsvG",
        "secretNUL, pbkdf2_sha256$1$salt$ON9CizCTCOSMNofn+QvaDpzyU1aMIex1Sg4HarSrZCM="})
    void bug05KeepsAHashThatIgnoresNulCharacters(String text, String hash) {
        String password = text.replace("NUL", "\0");
        Map<String, Object> user = user(hash);

        assertThat(passwords.matches(password(password), user)).isTrue();
        assertThat(passwords.newHash(password(password), user)).isNull();
        assertThat(passwords.matches(password("secret"), user)).isTrue();
        assertThat(passwords.newHash(password("secret"), user)).isNotNull();
    }

    /** Malformed, of an unknown scheme, or too expensive. */
    @ParameterizedTest
    @ValueSource(strings = {
        "", "admin123", "$1$salt$qJH7.N4xYta3aEG/dfqo/0", "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=19456,t=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=131073,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=65536,t=17,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=19456,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=19457,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=7,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$2y$12$aaaaaaaaaaaaaaaaaaaaaa", "$2x$10$ka0YHfwSYghB7hbIJs.IOezuL6U1BASzrD.IHKEKTVQDNMkpRzafW",
        "$2b$15$ka0YHfwSYghB7hbIJs.IOezuL6U1BASzrD.IHKEKTVQDNMkpRzafW", "$2b$03$ka0YHfwSYghB7hbIJs.IOezuL6U1BASzrD.IHKEKTVQDNMkpRzafW",
        "$pbkdf2-sha256$2000001$MGZsbe0dA2BMKYWQMkYI4Q$WJwTWpBNLYb6bWn4iTo0YHl3KDTGE5nduoKsCqGvSNI",
        "$pbkdf2-sha256$0$MGZsbe0dA2BMKYWQMkYI4Q$WJwTWpBNLYb6bWn4iTo0YHl3KDTGE5nduoKsCqGvSNI",
        "$pbkdf2-sha256$29000$MGZsb$WJwTWpBNLYb6bWn4iTo0YHl3KDTGE5nduoKsCqGvSNI",
        "$pbkdf2-sha256$29000$MGZsbe0dA2BMKYWQMkYI4Q$WJwTWpBNLYb6bWn4iTo0YA",
        "$pbkdf2$29000$MGZsbe0dA2BMKYWQMkYI4Q$WJwTWpBNLYb6bWn4iTo0YHl3KDTGE5nduoKsCqGvSNI",
        "pbkdf2_sha1$29000$y19SdGFy7Cpf3ThmcG3h6c$Nyv77h9++bWPkrAW4cOenlv1Hrr8dLznZOKIaos+8Ps="})
    void unusableHashIsAWrongPasswordOfTheSameCostAndLogged(String hash) {
        CapturedLog log = CapturedLog.open();
        try {
            assertThat(passwords.matches(password("nobody"), user(hash))).isFalse();
        } finally {
            log.close();
        }
        verify(argon2id).matches(eq("nobody"), startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
        List<JsonNode> lines = log.lines(CapturedLog.where("logger", "dev.tidewatch.login.Passwords"));
        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.path("level").asText()).isEqualTo("ERROR");
            assertThat(line.path("message").asText()).startsWith("Cannot use the password hash of user 7: ").doesNotContain("$");
        });
    }

    @Test
    void concurrentHashesAreIndependent() {
        Map<String, String> hashes = new ConcurrentHashMap<>();
        IntStream.range(0, 12).parallel().forEach(i -> hashes.put("password " + i, argon2id.hash("password " + i)));

        assertThat(hashes.entrySet().parallelStream().allMatch(entry -> argon2id.matches(entry.getKey(), entry.getValue()))).isTrue();
        assertThat(argon2id.matches("password 1", hashes.get("password 2"))).isFalse();
    }

    @Test
    void unknownUserCostsOneHashOfTheSameParametersAndNeverMatches() {
        assertThat(passwords.matches(new Credentials("nobody-here", null, "nobody", null), null)).isFalse();

        verify(argon2id).matches(eq("nobody"), startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    @Test
    void onlyTheRightPasswordOfAnUnlockedUserMatches() {
        String hash = argon2id.hash("right");

        assertThat(passwords.matches(password("right"), user(hash))).isTrue();
        assertThat(passwords.newHash(password("right"), user(hash))).isNull();
        assertThat(passwords.matches(password("Right"), user(hash))).isFalse();
        assertThat(passwords.matches(password("right"), Map.of("userId", 7L, "passwordHash", hash, "locked", 1L))).isFalse();
    }

    private static Credentials password(String password) {
        return new Credentials("somebody", null, password, null);
    }

    private static Map<String, Object> user(String hash) {
        return Map.of("userId", 7L, "passwordHash", hash, "locked", 0L);
    }
}
