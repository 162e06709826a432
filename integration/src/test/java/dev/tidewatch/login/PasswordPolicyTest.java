package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.http.ProblemException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordPolicyTest {

    private final PasswordPolicy policy = new PasswordPolicy();

    @ParameterizedTest
    @ValueSource(strings = {"password1", "PassWord1", " password1 ", "qwertyuiop", "admin123", "12345678"})
    void rejectsCommonPasswords(String password) {
        assertThatThrownBy(() -> check(password, "kim", "kim@example.org")).isInstanceOf(ProblemException.class)
                .hasMessageContaining("must not be a commonly used password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kimberley-j", "KimBerley1!", "kimberleykimberley", "2026-kimberley", "k.jones@example.org", "k.jones2026",
        "Tidewatch#42", "tidewatch-kimberley"})
    void ignoresTextsThatEverybodyKnowsAboutTheUser(String password) {
        assertThatThrownBy(() -> check(password, "Kimberley", "k.jones@Example.org")).isInstanceOf(ProblemException.class)
                .hasMessageContaining("must have at least 8 characters apart from the user name, the e-mail address and \"tidewatch\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"correct horse battery staple", "my kimberley is a place", "aaaaaaaa-", "   spaces   ",
        "\uD83D\uDD12\uD83D\uDD12\uD83D\uDD12", "^.*(kimberle"})
    void acceptsAnyOtherPassword(String password) {
        assertThatCode(() -> check(password, "Kimberley", "k.jones@example.org")).doesNotThrowAnyException();
    }

    @Test
    void toStringContainsNoPassword() {
        assertThat(new PasswordChange("one", "two")).hasToString("PasswordChange[]");
    }

    private void check(String password, String username, String email) {
        policy.check(new PasswordChange("x", password), Map.of("username", username, "email", email));
    }
}
