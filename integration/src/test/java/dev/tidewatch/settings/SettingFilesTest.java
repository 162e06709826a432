package dev.tidewatch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class SettingFilesTest {

    @TempDir
    private Path directory;

    @Test
    void ignoresATrailingNewline() throws Exception {
        assertThat(password("secret")).isEqualTo("secret");
        assertThat(password("secret\n")).isEqualTo("secret");
        assertThat(password("secret\r\n")).isEqualTo("secret");
        assertThat(password(" two\nlines \n\n")).isEqualTo(" two\nlines \n");
        assertThat(password("")).isEmpty();
    }

    @Test
    void readsOnlyFilesOfKnownSettings() throws Exception {
        String file = file("secret");

        assertThat(SettingFiles.properties(environment("TIDB_HOST_FILE", file, "SSL_CERT_FILE", "/not/there", "TIDB_PASSWORD_FILE", "")))
                .isEqualTo(Map.of("TIDB_HOST", "secret"));
    }

    @Test
    void rejectsASettingWithValueAndFile() throws Exception {
        assertThatThrownBy(() -> SettingFiles.properties(environment("TIDB_PASSWORD", "one", "TIDB_PASSWORD_FILE", file("two"))))
                .isInstanceOf(UnusableSettingException.class)
                .hasMessage("TIDB_PASSWORD and TIDB_PASSWORD_FILE are both set; set only one of them.");
        assertThat(SettingFiles.properties(environment("TIDB_PASSWORD", "", "TIDB_PASSWORD_FILE", file("two"))))
                .as("Compose passes an unset variable as an empty one").containsEntry("TIDB_PASSWORD", "two");
    }

    @Test
    void namesAnUnreadableFile() throws Exception {
        Path binary = Files.write(directory.resolve("binary"), new byte[] {'s', 'e', 'c', (byte) 0xff});

        assertThatThrownBy(() -> SettingFiles.properties(environment("TIDB_USER_FILE", "/not/there")))
                .isInstanceOf(UnusableSettingException.class)
                .hasMessage("TIDB_USER_FILE names /not/there, which cannot be read (NoSuchFileException).");
        assertThatThrownBy(() -> SettingFiles.properties(environment("TIDB_USER_FILE", binary.toString())))
                .hasMessage("TIDB_USER_FILE names " + binary + ", which cannot be read (MalformedInputException).");
    }

    @Test
    void passesTheContentToTheApplicationUnchanged() throws Exception {
        for (String password : List.of("admin123", "${PATH} \\ # $ {} ' \" % &", "$${x:y}", "a\\${b}")) {
            try (ConfigurableApplicationContext application = new SpringApplicationBuilder(SettingFilesTest.class)
                    .web(WebApplicationType.NONE).bannerMode(Banner.Mode.OFF).logStartupInfo(false)
                    .run("--tidewatch.embedded.enabled=false", "--TIDB_PASSWORD_FILE=" + file(password + "\n"))) {
                Binder binder = Binder.get(application.getEnvironment());
                assertThat(binder.bind("spring.datasource.password", String.class).get()).isEqualTo(password);
                assertThat(binder.bind("spring.flyway.password", String.class).get()).isEqualTo(password);
            }
        }
    }

    private String password(String content) throws Exception {
        return SettingFiles.properties(environment("TIDB_PASSWORD_FILE", file(content))).get("TIDB_PASSWORD");
    }

    private String file(String content) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "secret", null), content).toString();
    }

    private static ConfigurableEnvironment environment(String... settings) {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", Stream.iterate(0, i -> i < settings.length, i -> i + 2)
                .collect(Collectors.toMap(i -> settings[i], i -> settings[i + 1]))));
        environment.getPropertySources().addLast(new MapPropertySource("Config resource of a test", Map.of(
                "url", "jdbc:mysql://${TIDB_HOST:localhost}/x", "user", "${TIDB_USER}", "password", "${TIDB_PASSWORD:}", "port", 1)));
        return environment;
    }
}
