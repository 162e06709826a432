package dev.tidewatch.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.embedded.EmbeddedDatabase;
import dev.tidewatch.support.Certificates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.jdbc.core.JdbcTemplate;

/** The first connection to a database with TLS and a certificate for localhost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class FirstConnectionIT {

    /** Hashes of admin123 and of another password, of a higher cost than the seeded one. */
    private static final String ADMIN123 =
            "$argon2id$v=19$m=19456,t=3,p=1$cFX0wmqhhRCB5duGuRu7NA$jDCToj6QH2eDLgUZxyud/1a9m9dVwR7Ia0+eSnIif+8";
    private static final String ANOTHER =
            "$argon2id$v=19$m=19456,t=3,p=1$7KNTn06ZFb4Em8+gMLHJhw$pcMc85bF0cSdskUbh6x9NkBmuBLS+w+z4WUW+gbmdKY";

    private Path directory;
    private EmbeddedDatabase database;

    @ImportAutoConfiguration({DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class, FlywayAutoConfiguration.class,
        ServletWebServerFactoryAutoConfiguration.class})
    @ConfigurationPropertiesScan("dev.tidewatch.login")
    @ComponentScan(basePackages = "dev.tidewatch.login", useDefaultFilters = false,
            includeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*[.](SeededUser|Argon2id)"))
    static class Application extends DatabaseConfiguration {
    }

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Certificates certificates = new Certificates(directory);
        certificates.authority("ca");
        certificates.authority("another-ca");
        certificates.issue("server", "ca", "dns:localhost");
        database = EmbeddedDatabase.start(directory.resolve("database"), 0,
                "--ssl", "--ssl-cert=" + directory.resolve("server.pem"), "--ssl-key=" + directory.resolve("server.key"));
    }

    @AfterAll
    void stop() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({"localhost, preferred,", "localhost, required,", "127.0.0.1, verify_ca, ca.pem", "localhost, true, ca.pem"})
    void encryptsMigrationsAndQueries(String host, String ssl, String authority) {
        try (ConfigurableApplicationContext application = run(host, "--TIDB_SSL=" + ssl, "--TIDB_SSL_CA=" + path(authority))) {
            assertThat(cipher(application)).startsWith("TLS");
            assertThat(application.getBean(JdbcTemplate.class).queryForObject("SELECT COUNT(*) FROM users", Long.class)).isEqualTo(1);
        }
    }

    @Test
    void connectsUnencryptedIfConfigured() {
        try (ConfigurableApplicationContext application = run("localhost", "--TIDB_SSL=false")) {
            assertThat(cipher(application)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"localhost, true, another-ca.pem", "localhost, verify_ca, another-ca.pem", "localhost, true,", "127.0.0.1, true, ca.pem"})
    void untrustedCertificateAbortsStartup(String host, String ssl, String authority, CapturedOutput output) {
        String reason = "The database at " + host + ":" + database.port() + " has a certificate that "
                + "TIDB_SSL (\\\"" + ssl + "\\\") does not trust; check TIDB_SSL_CA and the host name.";
        abortsStartup(host, output, reason, "--TIDB_SSL=" + ssl, "--TIDB_SSL_CA=" + path(authority));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--TIDB_PASSWORD=wrong-secret", "--TIDB_PASSWORD=", "--TIDB_USER=somebody-else"})
    void rejectedCredentialsAbortStartup(String wrong, CapturedOutput output) {
        abortsStartup("127.0.0.1", output,
                "The database at 127.0.0.1:" + database.port() + " rejects the credentials; check TIDB_USER and TIDB_PASSWORD.", wrong);
    }

    @Test
    void missingPrivilegesAbortStartup(CapturedOutput output) {
        try (ConfigurableApplicationContext application = run("localhost")) {
            application.getBean(JdbcTemplate.class).execute("CREATE USER guest@'127.0.0.1' IDENTIFIED BY 'wrong-secret'");
        }
        abortsStartup("127.0.0.1", output,
                "The database at 127.0.0.1:" + database.port() + " does not allow TIDB_USER to use or create TIDB_DATABASE.",
                "--TIDB_USER=guest", "--TIDB_PASSWORD=wrong-secret");
    }

    @Test
    void bug32DatabaseOfAnotherApplicationAbortsStartup(CapturedOutput output) {
        try (ConfigurableApplicationContext application = run("localhost")) {
            application.getBean(JdbcTemplate.class).execute("CREATE DATABASE shop");
            application.getBean(JdbcTemplate.class).execute("CREATE TABLE shop.orders (id BIGINT PRIMARY KEY)");
        }
        abortsStartup("localhost", output, "The database \\\"shop\\\" at localhost:" + database.port()
                + " has tables of another application; set TIDB_DATABASE to one of its own.", "--TIDB_DATABASE=shop");
    }

    @Test
    void missingTlsAbortsStartupIfRequired(CapturedOutput output) {
        try (EmbeddedDatabase plain = EmbeddedDatabase.start(directory.resolve("plain"), directory.resolve("database/binaries"), 0)) {
            abortsStartup("localhost", output, "The database at localhost:" + plain.port()
                    + " does not support TLS, but TIDB_SSL (\\\"required\\\") or the user's authentication requires it.",
                    "--TIDB_PORT=" + plain.port(), "--TIDB_SSL=required");
        }
    }

    @Test
    void seededUserAbortsStartupInProduction(CapturedOutput output) {
        run("localhost").close();
        String[] production = {"--TIDEWATCH_ENV=production", "--TIDEWATCH_SEED_USER=false", "--TIDB_SSL=true",
            "--TIDB_SSL_CA=" + path("ca.pem"),
            "--TIDB_PASSWORD=production-secret", "--TIDB_USER=production", "--KAFKA_SECURITY_PROTOCOL=SSL"};
        try (ConfigurableApplicationContext application = run("localhost")) {
            JdbcTemplate sql = application.getBean(JdbcTemplate.class);
            sql.execute("CREATE OR REPLACE USER production@'127.0.0.1' IDENTIFIED BY 'production-secret'");
            sql.execute("GRANT ALL ON tidewatch.* TO production@'127.0.0.1'");

            abortsStartup("localhost", output, "TIDEWATCH_ENV is production, but the user admin in the database still has the password of "
                    + "TIDEWATCH_SEED_USER; delete the user or change its password_hash.", production);

            // Upgraded by a login after the cost was raised.
            sql.update("UPDATE users SET password_hash = ? WHERE username = 'admin'", ADMIN123);
            abortsStartup("localhost", output, "TIDEWATCH_ENV is production, but the user admin in the database still has the password of "
                    + "TIDEWATCH_SEED_USER; delete the user or change its password_hash.", production);

            sql.update("UPDATE users SET password_hash = ? WHERE username = 'admin'", ANOTHER);
            run("localhost", production).close();
        }
    }

    /** Startup is aborted with one line that contains only the reason. */
    private void abortsStartup(String host, CapturedOutput output, String reason, String... settings) {
        int length = output.getAll().length();

        assertThatThrownBy(() -> run(host, settings)).isNotNull();

        // While Spring Boot resets logging, Logback warns that the change capture of other tests has no appender.
        List<String> lines = output.getAll().substring(length).lines()
                .filter(line -> !line.contains("\"level\":\"INFO\"") && !line.contains("No appenders present in context")).toList();
        assertThat(lines).singleElement().asString()
                .contains("\"message\":\"Tidewatch cannot start: " + reason + "\"")
                .doesNotContain("Exception").doesNotContain("wrong-secret");
    }

    private ConfigurableApplicationContext run(String host, String... settings) {
        List<String> arguments = new ArrayList<>(List.of("--tidewatch.embedded.enabled=false", "--PORT=0", "--TIDB_HOST=" + host));
        Stream.of("--TIDB_PORT=" + database.port(), "--TIDB_USER=" + database.user(), "--TIDB_PASSWORD=" + database.password())
                .filter(own -> Stream.of(settings).noneMatch(set -> set.split("=")[0].equals(own.split("=")[0]))).forEach(arguments::add);
        arguments.addAll(List.of(settings));
        return new SpringApplicationBuilder(Application.class).run(arguments.toArray(String[]::new));
    }

    private static String cipher(ConfigurableApplicationContext application) {
        return application.getBean(JdbcTemplate.class).queryForMap("SHOW STATUS LIKE 'Ssl_cipher'").get("Value").toString();
    }

    private String path(String file) {
        return file == null ? "" : directory.resolve(file).toString();
    }
}
