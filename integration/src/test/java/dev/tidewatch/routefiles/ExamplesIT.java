package dev.tidewatch.routefiles;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Groups;
import dev.tidewatch.support.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;

/** Runs every example of routes/examples in the application. */
class ExamplesIT extends ApplicationTest {

    private static final Path EXAMPLES = Path.of("../routes/examples");

    @Value("${tidewatch.routes.folder}")
    private Path folder;

    private final ObjectMapper json = new ObjectMapper();

    @BeforeEach
    void makeFolder() throws IOException {
        Files.createDirectories(folder);
    }

    @AfterEach
    void emptyFolder() throws IOException {
        for (Path file : Files.list(folder).toList()) {
            Files.delete(file);
        }
    }

    @Test
    void newAddressAlertWarnsOncePerAddress() throws IOException {
        use("new-address-alert", text -> text);
        Predicate<JsonNode> warning = where("routeId", "new-address-alert").and(where("message", "admin logs in from a new address"));

        await().pollInterval(Duration.ofMillis(500)).until(() -> {
            database.update("DELETE FROM access_tokens");
            assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
            return !log.lines(warning).isEmpty();
        });
        assertThat(log.lines(warning).get(0).path("level").asText()).isEqualTo("WARN");
        assertThat(log.lines(warning).get(0).path("ip").asText()).isEqualTo("127.0.0.1");
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
        List<JsonNode> logins = log.lines(where("action", "LOGIN_SUCCESS"));
        String known = logins.get(logins.size() - 1).path("eventId").asText();
        JsonNode event = log.await(where("routeId", "log-user-events").and(where("eventId", known)));
        TopicPartition partition = new TopicPartition("user-events", event.path("partition").asInt());
        try (Groups groups = new Groups(brokers)) {
            await().until(() -> groups.committed("new-address-alert").get(partition) != null
                    && groups.committed("new-address-alert").get(partition).offset() > event.path("offset").asLong());
        }
        assertThat(log.lines(warning.and(where("eventId", known)))).as("warnings about a known address").isEmpty();
    }

    @Test
    void usersMirrorCopiesChangesWithoutEmailAddresses() throws Exception {
        try (Groups groups = new Groups(brokers)) {
            groups.createTopic("users-mirror", 1);
        }
        use("users-mirror", text -> text);

        database.update("UPDATE users SET failed_logins = 77 WHERE id = 1");

        try (Topic topic = new Topic(brokers, "users-mirror")) {
            ConsumerRecord<byte[], byte[]> record = topic.await(each -> body(each).at("/data/failed_logins").asInt() == 77);
            assertThat(body(record).at("/data/email").asText()).isEqualTo("***");
            assertThat(body(record).at("/data/username").asText()).isEqualTo("admin");
            assertThat(body(record).has("password_hash")).isFalse();
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("1");
        }
    }

    @Test
    void lockWebhookRetriesUntilTheWebhookAnswers() throws Exception {
        List<JsonNode> calls = new CopyOnWriteArrayList<>();
        HttpServer webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        int port = webhook.getAddress().getPort();
        webhook.createContext("/locked", exchange -> {
            calls.add(json.readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(calls.size() == 1 ? 503 : 200, -1);
            exchange.close();
        });
        use("lock-webhook", text -> text.replace("http://localhost:9000", "http://localhost:" + port));
        String id = publish("ACCOUNT_LOCKED");
        webhook.start();

        await().until(() -> calls.stream().anyMatch(call -> call.path("eventId").asText().equals(id)));
        assertThat(calls.get(0).path("action").asText()).isEqualTo("ACCOUNT_LOCKED");
        webhook.stop(0);
    }

    @Test
    void hourlyLoginsCountsEvents() throws IOException {
        use("hourly-logins", text -> text.replace("300000", "1500"));
        publish("LOGIN_FAILURE");
        publish("LOGIN_FAILURE");

        JsonNode line = log.await(where("routeId", "hourly-logins")
                .and(each -> each.path("message").asText().matches("\\d+ times LOGIN_FAILURE in the hour \\d{4}-\\d\\d-\\d\\dT\\d\\d")));
        assertThat(line.path("level").asText()).isEqualTo("INFO");
    }

    @Test
    void copyUsersSynchronizesATableOfAnotherDatabase() throws IOException {
        database.execute("CREATE DATABASE IF NOT EXISTS reports");
        database.execute("CREATE TABLE IF NOT EXISTS reports.people"
                + " (id BIGINT PRIMARY KEY, username VARCHAR(255), commit_ts BIGINT NOT NULL)");
        use("copy-users", text -> text);

        database.update("INSERT INTO users (username, email, password_hash) VALUES ('copied', 'copied@example.org', 'x')");
        await().until(() -> people("copied") == 1);
        database.update("UPDATE users SET username = 'copied-again' WHERE username = 'copied'");
        await().until(() -> people("copied-again") == 1);
        database.update("DELETE FROM users WHERE username = 'copied-again'");
        await().until(() -> people("copied-again") == 0);
    }

    @Test
    void bug35CopyUsersFollowsATruncate() throws IOException {
        database.execute("CREATE DATABASE IF NOT EXISTS reports");
        database.execute("CREATE TABLE IF NOT EXISTS reports.people"
                + " (id BIGINT PRIMARY KEY, username VARCHAR(255), commit_ts BIGINT NOT NULL)");
        database.execute("CREATE TABLE truncated_users (id BIGINT PRIMARY KEY, username VARCHAR(255))");
        use("copy-users", text -> text.replace("table: users", "table: truncated_users").replace("id: copy-users", "id: copy-truncated"));

        database.update("INSERT INTO truncated_users VALUES (901, 'truncated'), (902, 'truncated'), (903, 'truncated')");
        await().until(() -> people("truncated") == 3);
        database.execute("TRUNCATE TABLE truncated_users");
        await().until(() -> people("truncated") == 0);
        database.execute("DROP TABLE truncated_users");
    }

    private int people(String name) {
        return database.queryForObject("SELECT COUNT(*) FROM reports.people WHERE username = ?", Integer.class, name);
    }

    private void use(String example, UnaryOperator<String> change) throws IOException {
        String file = example + ".camel.yaml";
        Files.writeString(folder.resolve(file), change.apply(Files.readString(EXAMPLES.resolve(file))));
        JsonNode line = log.await(where("file", file).and(each -> each.path("message").asText().startsWith("Route file is")));
        assertThat(line.path("reason").asText()).isEmpty();
    }

    private String publish(String action) {
        String id = UUID.randomUUID().toString().replaceFirst("^(.{14})4", "$17");
        try (Topic topic = new Topic(brokers, "user-events")) {
            topic.send("1".getBytes(StandardCharsets.UTF_8), """
                    {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"%s","userId":1,"username":"admin",
                    "ipAddress":"203.0.113.7","userAgent":"test","reason":%s}""".formatted(id, action,
                    action.equals("LOGIN_FAILURE") ? "\"bad_credentials\"" : "null").getBytes(StandardCharsets.UTF_8));
        }
        return id;
    }

    private JsonNode body(ConsumerRecord<byte[], byte[]> record) {
        try {
            return json.readTree(record.value());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
