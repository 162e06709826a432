package dev.tidewatch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SettingBinderTest {

    record Example(int number, boolean flag, Duration pause) {

        Example {
            Limits.number("EXAMPLE_NUMBER", number, 1, 9);
            Limits.duration("EXAMPLE_PAUSE", pause, Duration.ofMillis(1), Limits.YEAR);
        }
    }

    private final StandardEnvironment environment = new StandardEnvironment();

    SettingBinderTest() {
        environment.getPropertySources().addLast(new MapPropertySource("application.yaml", Map.of(
                "example.number", "${EXAMPLE_NUMBER:3}", "example.flag", "${SOME_FLAG:true}", "example.pause", "${EXAMPLE_PAUSE:5s}")));
    }

    @Test
    void bindsDefaults() {
        assertThat(SettingBinder.bind(environment, "example", Example.class)).isEqualTo(new Example(3, true, Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            EXAMPLE_NUMBER | ten  | EXAMPLE_NUMBER is "ten"; it must be a whole number.
            EXAMPLE_NUMBER | 10   | EXAMPLE_NUMBER is "10"; it must be a whole number from 1 to 9.
            EXAMPLE_PAUSE  | soon | EXAMPLE_PAUSE is "soon"; it must be a duration, such as 30s, 15m or 12h.
            EXAMPLE_PAUSE  | 0s   | EXAMPLE_PAUSE is "0ms"; it must be a duration from 1ms to 8760h, such as 30s, 15m or 12h.
            SOME_FLAG      | yes! | SOME_FLAG is "yes!"; it must be true or false.
            """)
    void namesTheVariableOfAnUnusableValue(String name, String value, String message) {
        environment.getPropertySources().addFirst(
                new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value)));

        assertThatThrownBy(() -> SettingBinder.bind(environment, "example", Example.class))
                .isInstanceOf(UnusableSettingException.class).hasMessage(message);
    }

    @Test
    void namesThePropertyThatWasSetByItsOwnName() {
        environment.getPropertySources().addFirst(new MapPropertySource("commandLineArgs", Map.of("example.number", "ten")));

        assertThatThrownBy(() -> SettingBinder.bind(environment, "example", Example.class))
                .hasMessage("example.number is \"ten\"; it must be a whole number.");
    }
}
