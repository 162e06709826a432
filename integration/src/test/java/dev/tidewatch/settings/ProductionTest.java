package dev.tidewatch.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class ProductionTest {

    private static final Map<String, Object> FIT = Map.of("TIDEWATCH_ENV", "production", "TIDEWATCH_SEED_USER", "false",
            "TIDB_PASSWORD", "marked-secret", "TIDB_SSL", "true",
            "KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_USERNAME", "tidewatch", "KAFKA_PASSWORD", "marked-secret");

    @Test
    void acceptsSettingsFitForProduction() {
        assertThatCode(() -> Production.check(settings(FIT))).doesNotThrowAnyException();
        assertThatCode(() -> Production.check(settings(FIT, "TIDB_SSL", "verify_ca"))).doesNotThrowAnyException();
        assertThatCode(() -> Production.check(settings(Map.of()))).as("development, by default").doesNotThrowAnyException();
        assertThatCode(() -> Production.check(settings(FIT, "TIDEWATCH_ENV", "development", "TIDB_PASSWORD", "")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", value = {
        "TIDEWATCH_SEED_USER|true|TIDEWATCH_SEED_USER is not false (true creates a user with a published password)",
        "TIDEWATCH_SEED_USER|no|TIDEWATCH_SEED_USER is not false (true creates a user with a published password)",
        "TIDB_PASSWORD|''|TIDB_PASSWORD (or TIDB_PASSWORD_FILE) is not set",
        "TIDB_PASSWORD|tidewatch|TIDB_PASSWORD is a password from the documentation",
        "TIDEWATCH_INSECURE_COOKIE|true|TIDEWATCH_INSECURE_COOKIE allows the session cookie over plain HTTP (set it to false)",
        "TIDB_SSL|preferred|TIDB_SSL is \"preferred\" and verifies no certificate (set it to true)",
        "TIDB_SSL|required|TIDB_SSL is \"required\" and verifies no certificate (set it to true)",
        "TIDB_SSL|false|TIDB_SSL is \"false\" and verifies no certificate (set it to true)",
        "KAFKA_PASSWORD|admin123|KAFKA_PASSWORD is a password from the documentation"})
    void rejectsSettingsForAFirstTry(String setting, String value, String fault) {
        assertThatThrownBy(() -> Production.check(settings(FIT, setting, value))).isInstanceOf(UnusableSettingException.class)
                .hasMessage("TIDEWATCH_ENV is production, but " + fault + ".");
    }

    @Test
    void listsEveryFaultOfTheDefaults() {
        assertThatThrownBy(() -> Production.check(settings(Map.of("TIDEWATCH_ENV", "production"))))
                .isInstanceOf(UnusableSettingException.class)
                .hasMessage("TIDEWATCH_ENV is production, but TIDEWATCH_SEED_USER is not false (true creates a user with a "
                        + "published password); "
                        + "TIDB_PASSWORD (or TIDB_PASSWORD_FILE) is not set; TIDB_SSL is \"preferred\" and verifies no certificate "
                        + "(set it to true); KAFKA_SECURITY_PROTOCOL is PLAINTEXT (set it to SASL_SSL).");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "prod", "Production", "staging"})
    void rejectsUnknownEnvironment(String name) {
        assertThatThrownBy(() -> Production.check(settings(Map.of("TIDEWATCH_ENV", name)))).isInstanceOf(UnusableSettingException.class)
                .hasMessage("TIDEWATCH_ENV is \"" + name + "\"; it must be development or production.");
    }

    /** The settings of application.yaml, overridden by these. */
    private static StandardEnvironment settings(Map<String, Object> set, String... others) {
        StandardEnvironment settings = new StandardEnvironment();
        ConfigDataEnvironmentPostProcessor.applyTo(settings);
        settings.getPropertySources().addFirst(new MapPropertySource("set", set));
        for (int i = 0; i < others.length; i += 2) {
            settings.getPropertySources().addFirst(new MapPropertySource("set " + others[i], Map.of(others[i], others[i + 1])));
        }
        return settings;
    }
}
