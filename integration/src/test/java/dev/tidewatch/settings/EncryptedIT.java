package dev.tidewatch.settings;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.embedded.EmbeddedBroker;
import dev.tidewatch.embedded.EmbeddedDatabase;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Certificates;
import dev.tidewatch.support.Routes;
import dev.tidewatch.support.Topic;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.util.FileSystemUtils;

/** Production: HTTPS, database and Kafka with TLS and passwords. */
@ContextConfiguration(initializers = EncryptedIT.EncryptedStackInitializer.class, inheritInitializers = false)
@DirtiesContext
class EncryptedIT extends ApplicationTest {

    private static final String SECRET = "marked \"secret\\ {{x}} ${y}";
    private static final String PASSWORD = "first-minute-is-over";
    /** Made of it by the command {@code hash}. */
    private static final String HASH =
            "$argon2id$v=19$m=19456,t=2,p=1$Pprx+PhQ9y7pDbEzGmn61A$suPGVwubsIpSeJAqSi5jJMapsgG03lX7yfDy+u1Z4IE";

    @Autowired
    private CamelContext camel;

    @Autowired
    private EncryptedStackInitializer.Parts parts;

    @BeforeAll
    void addUser(@LocalServerPort int port) throws Exception {
        api = new Api("https://localhost:" + port, client());
        try (Connection sql = DriverManager.getConnection(
                        parts.database().jdbcUrl("tidewatch"), parts.database().user(), parts.database().password());
                Statement statement = sql.createStatement()) {
            statement.execute("INSERT INTO users (username, email, password_hash) "
                    + "VALUES ('admin', 'admin@tidewatch.local', '" + HASH + "')");
        }
    }

    @Test
    void logsInAndLogsTheEvent() {
        String eventId = login();

        assertThat(log.await(line(eventId)).path("source").asText()).isEqualTo("kafka-user-events");
        assertThat(api.get("/health").body()).contains("\"status\":\"healthy\"", "\"kafka\":true");
        assertThat(database.queryForMap("SHOW STATUS LIKE 'Ssl_cipher'").get("Value").toString()).startsWith("TLS");
        assertThat(log.await(where("message", "Tidewatch is ready")).path("address").asText()).startsWith("https://localhost:");
    }

    @Test
    void deadLettersReplaysAndUserRoutesConnect() {
        String[] token = Api.bearer(token());
        try (Topic events = new Topic(parts.broker().bootstrapServers(), "user-events");
                Topic letters = new Topic(parts.broker().bootstrapServers(), "user-events.dlq");
                Routes own = Routes.start(camel, "own", """
                        - route:
                            id: own-copy
                            from:
                              uri: kafka:user-events
                              parameters: {groupId: own-copy}
                              steps:
                                - filter:
                                    simple: ${body} == 'no event'
                                    steps:
                                      - setBody: {constant: copied}
                                      - to: kafka:user-events.dlq
                        """)) {
            events.send(null, "no event".getBytes(StandardCharsets.UTF_8));
            letters.await(record -> "log-user-events".equals(Topic.header(record, "dead-letter.group")));
            letters.await(record -> "copied".equals(Topic.text(record)));

            assertThat(api.get("/api/dead-letters", token).body()).contains("UnreadableEventException");
            assertThat(api.post("/api/dead-letters/replay", "{\"topic\":\"user-events\"}", token).statusCode()).isEqualTo(200);
            events.await(record -> "log-user-events".equals(Topic.header(record, "dead-letter.group")));
        }
    }

    @Test
    void logsClientSettingsWithoutThePassword() {
        Logger kafka = (Logger) LoggerFactory.getLogger("org.apache.kafka.common.config");
        kafka.setLevel(Level.INFO);
        try {
            assertThat(api.get("/api/dead-letters", Api.bearer(token())).statusCode()).isEqualTo(200);
        } finally {
            kafka.setLevel(null);
        }
        assertThat(log.texts()).anyMatch(line -> line.contains("sasl.jaas.config = [hidden]")).noneMatch(line -> line.contains("marked"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"})
    void everyMechanismAuthenticates(String mechanism) throws Exception {
        KafkaSecurity security = new KafkaSecurity("SASL_SSL", mechanism, "tide",
                mechanism.equals("SCRAM-SHA-256") ? SECRET : "first-secret",
                parts.directory().resolve("ca.pem").toString());

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers, "security.protocol", security.securityProtocol(),
                "sasl.mechanism", security.saslMechanism(), "sasl.jaas.config", security.jaasConfig(),
                "ssl.truststore.type", "PEM", "ssl.truststore.location", security.sslCa()))) {
            assertThat(admin.listTopics().names().get(20, TimeUnit.SECONDS)).contains("user-events");
        }
    }

    @Test
    void reportsFailedKafkaAuthenticationOnceAndRecovers() throws Exception {
        parts.broker().stop();
        parts.broker().start();
        EncryptedStackInitializer.setPassword(parts.broker(), "another");
        parts.broker().stop();
        int before = log.texts().size();
        parts.broker().start();

        JsonNode refused = log.await(where("message",
                "Kafka rejects the credentials; check KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_SASL_MECHANISM. "
                + "Events wait in the outbox"));
        String eventId = login();
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(20))
                .until(() -> api.get("/health").body().contains("\"kafka\":false"));
        assertThat(refused.path("level").asText()).isEqualTo("ERROR");
        assertThat(api.get("/health").statusCode()).as("logins work").isEqualTo(200);
        assertThat(warnings(before)).hasSizeLessThan(5);

        EncryptedStackInitializer.setPassword(parts.broker(), SECRET);
        log.await(line(eventId));
        await().until(() -> api.get("/health").body().contains("\"kafka\":true"));
        assertThat(log.texts()).noneMatch(line -> line.contains("marked") || line.contains("Jaas"));
    }

    @Test
    void verifiesTheBrokersCertificate() throws Exception {
        parts.certificates().authority("another-ca");
        for (String[] wrong : new String[][] {{"untrusted", "another-ca", "dns:localhost"}, {"elsewhere", "ca", "dns:kafka.example"}}) {
            parts.certificates().issue(wrong[0], wrong[1], wrong[2]);
            int before = log.texts().size();
            restartBroker(wrong[0]);
            await().until(() -> warnings(before).stream().anyMatch(
                    line -> line.contains(
                            "The certificate of Kafka is not trusted; check KAFKA_SSL_CA and the host names in KAFKA_BROKERS.")));
            String eventId = login();
            await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(20))
                .until(() -> api.get("/health").body().contains("\"kafka\":false"));
            assertThat(warnings(before)).hasSizeLessThan(5);
            restartBroker("server");
            log.await(line(eventId));
        }
    }

    private void restartBroker(String certificate) throws Exception {
        parts.broker().stop();
        put(certificate, "broker");
        parts.broker().start();
    }

    @Test
    void reloadsARenewedServerCertificate() throws Exception {
        assertThatThrownBy(() -> HttpClient.newHttpClient().send(api.request("/health").build(), HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(SSLHandshakeException.class);
        Certificate first = certificate();
        parts.certificates().issue("renewed", "ca", "dns:localhost");
        put("renewed", "tls");

        await().until(() -> !certificate().equals(first));
        assertThat(api.get("/health").statusCode()).as("on an existing connection").isEqualTo(200);
    }

    private Certificate certificate() throws Exception {
        return client().send(api.request("/health").build(), HttpResponse.BodyHandlers.ofString())
                .sslSession().orElseThrow().getPeerCertificates()[0];
    }

    @Test
    void sendsStrictTransportSecurity() {
        for (String path : List.of("/health", "/nothing", "/api/profile")) {
            assertThat(api.get(path).headers().firstValue("Strict-Transport-Security")).as(path).hasValue("max-age=31536000");
        }
    }

    @Test
    void allowsConfiguredOriginsOnly() {
        HttpResponse<String> preflight = preflight("https://page.example");
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.headers().allValues("Access-Control-Allow-Origin")).containsExactly("https://page.example");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods").orElseThrow()).contains("POST");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElseThrow()).containsIgnoringCase("authorization");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
        HttpResponse<String> failed = api.get("/api/profile", "Origin", "http://localhost:5173");
        assertThat(failed.statusCode()).isEqualTo(401);
        assertThat(failed.headers().allValues("Access-Control-Allow-Origin")).containsExactly("http://localhost:5173");
        assertThat(failed.headers().firstValue("Access-Control-Expose-Headers").orElseThrow()).contains("Retry-After");

        for (String origin : List.of("https://page.example:8443", "http://page.example", "https://page.example.evil", "null")) {
            for (HttpResponse<String> refused : List.of(preflight(origin), api.get("/api/profile", "Origin", origin))) {
                assertThat(refused.statusCode()).as(origin).isEqualTo(403);
                assertThat(refused.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
                assertThat(refused.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
            }
        }
    }

    private HttpResponse<String> preflight(String origin) {
        return api.send(api.request("/api/login", "Origin", origin, "Access-Control-Request-Method", "POST",
                "Access-Control-Request-Headers", "content-type,authorization").method("OPTIONS", BodyPublishers.noBody()).build());
    }

    private void put(String name, String place) throws Exception {
        for (String ending : List.of(".pem", ".key")) {
            Files.copy(parts.directory().resolve(name + ending), parts.directory().resolve(place + ending),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Logs in and returns the id of the event. */
    private String login() {
        int before = log.lines(where("action", "LOGIN_SUCCESS")).size();
        token();
        return log.await(before + 1, where("action", "LOGIN_SUCCESS")).get(before).path("eventId").asText();
    }

    private String token() {
        HttpResponse<String> response = api.login("admin", PASSWORD);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return api.body(response).path("token").asText();
    }

    private static Predicate<JsonNode> line(String eventId) {
        return where("source", "kafka-user-events").and(where("eventId", eventId));
    }

    /** The warnings and errors after the first lines. */
    private List<String> warnings(int first) {
        List<String> lines = log.texts();
        return lines.subList(first, lines.size()).stream()
                .filter(line -> line.contains("\"level\":\"ERROR\"") || line.contains("\"level\":\"WARN\"")).toList();
    }

    private HttpClient client() throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(parts.directory().resolve("ca.pem"))) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    /** The encrypted stack, with certificates of one authority. */
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static final class EncryptedStackInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        record Parts(Path directory, Certificates certificates, EmbeddedDatabase database, EmbeddedBroker broker) implements AutoCloseable {

            @Override
            public void close() {
                broker.close();
                database.close();
                FileSystemUtils.deleteRecursively(directory.toFile());
            }
        }

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            if (context.getParent() != null) {
                return;
            }
            try {
                Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "encrypted-").toAbsolutePath();
                Certificates certificates = new Certificates(directory);
                Path authority = certificates.authority("ca");
                Path certificate = certificates.issue("server", "ca", "dns:localhost");
                Path key = certificates.key("server");
                EmbeddedDatabase database = EmbeddedDatabase.start(directory.resolve("database"), 0,
                        "--ssl", "--ssl-cert=" + certificate, "--ssl-key=" + key);
                try (Connection sql = DriverManager.getConnection(database.jdbcUrl("tidewatch"), database.user(), database.password());
                        Statement statement = sql.createStatement()) {
                    statement.execute("CREATE USER production IDENTIFIED BY 'database-secret' REQUIRE SSL");
                    statement.execute("GRANT ALL ON tidewatch.* TO production");
                }
                EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0, new EmbeddedBroker.Security(
                        Files.copy(certificate, directory.resolve("broker.pem")), Files.copy(key, directory.resolve("broker.key")),
                        "tide", "first-secret"), Map.of());
                Parts parts = new Parts(directory, certificates, database, broker);
                SpringApplication.getShutdownHandlers().add(parts::close);
                context.getBeanFactory().registerSingleton("parts", parts);
                setPassword(broker, SECRET);
                Map<String, Object> settings = new HashMap<>(Map.of("tidewatch.embedded.enabled", false, "TIDEWATCH_ENV", "production",
                        "TIDEWATCH_SEED_USER", "false", "tidewatch.routes.folder", directory.resolve("routes").toString()));
                settings.putAll(Map.of("TIDB_HOST", "localhost", "TIDB_PORT", database.port(), "TIDB_USER", "production",
                        "TIDB_PASSWORD", "database-secret", "TIDB_SSL", "true", "TIDB_SSL_CA", authority.toString()));
                settings.putAll(Map.of("KAFKA_BROKERS", broker.secureBootstrapServers(), "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                        "KAFKA_SASL_MECHANISM", "SCRAM-SHA-256", "KAFKA_SSL_CA", authority.toString(),
                        "KAFKA_USERNAME", "tide",
                        "KAFKA_PASSWORD_FILE", Files.writeString(directory.resolve("password"), SECRET).toString()));
                settings.putAll(Map.of("TIDEWATCH_TLS_CERTIFICATE", Files.copy(certificate, directory.resolve("tls.pem")).toString(),
                        "TIDEWATCH_TLS_KEY", Files.copy(key, directory.resolve("tls.key")).toString(),
                        "TIDEWATCH_CORS_ORIGINS", "https://page.example,http://localhost:5173",
                        "spring.ssl.bundle.watch.file.quiet-period", "100ms"));
                context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("encrypted surroundings", settings));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        /** Uses the listener without authentication. */
        static void setPassword(EmbeddedBroker broker, String password) throws Exception {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("tide",
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), password))).all().get(20, TimeUnit.SECONDS);
            }
        }
    }
}
