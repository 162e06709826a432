package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.settings.SettingBinder;
import dev.tidewatch.settings.UnusableSettingException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.mock.env.MockPropertySource;

class LoginPropertiesTest {

    @Test
    void defaultsAreValid() throws IOException {
        assertThat(new LoginConfiguration().lockPolicy(login())).isEqualTo(new LockPolicy(10, 60, 900, 43200));
        assertThat(hash().cost()).isEqualTo(new HashCost(19456, 2, 1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TIDEWATCH_LOGIN_FAILURES      | 0    | it must be a whole number from 1 to 1000000.
            TIDEWATCH_LOGIN_FAILURES      | ten  | it must be a whole number.
            TIDEWATCH_LOGIN_LOCK          | soon | it must be a duration, such as 30s, 15m or 12h.
            TIDEWATCH_LOGIN_LONGEST_LOCK  | 10ms | it must be a duration from 1s to 8760h, such as 30s, 15m or 12h.
            TIDEWATCH_LOGIN_FAILURES_KEPT | -1h  | it must be a duration from 1s to 8760h, such as 30s, 15m or 12h.
            TIDEWATCH_LOGIN_BURST         | 0    | it must be a whole number from 1 to 1000000.
            TIDEWATCH_LOGIN_INTERVAL      | 2h   | it must be a duration from 1ms to 1h, such as 30s, 15m or 12h.
            TIDEWATCH_LOGIN_QUEUE         | -1   | it must be a whole number from 0 to 1000.
            TIDEWATCH_HASH_MEMORY         | 4096 | it must be a whole number from 7168 to 131072.
            TIDEWATCH_HASH_ITERATIONS     | 54   | it must be at most 53 with this TIDEWATCH_HASH_MEMORY.
            TIDEWATCH_HASH_LANES          | 0    | it must be a whole number from 1 to 9.
            """)
    void invalidValueIsReportedWithItsName(String name, String value, String expected) {
        assertThatThrownBy(() -> {
            login(name, value);
            hash(name, value);
        }).isInstanceOf(UnusableSettingException.class)
                .hasMessage("%s is \"%s\"; %s", name, value, expected);
    }

    static LoginProperties login(String... namesAndValues) throws IOException {
        return SettingBinder.bind(environment(namesAndValues), LoginProperties.class);
    }

    static HashProperties hash(String... namesAndValues) throws IOException {
        return SettingBinder.bind(environment(namesAndValues), HashProperties.class);
    }

    private static StandardEnvironment environment(String... namesAndValues) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        new YamlPropertySourceLoader().load("application.yaml", new ClassPathResource("application.yaml")).forEach(sources::addLast);
        MockPropertySource given = new MockPropertySource();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        sources.addFirst(given);
        return environment;
    }
}
