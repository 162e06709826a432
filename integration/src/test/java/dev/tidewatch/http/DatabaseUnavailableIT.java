package dev.tidewatch.http;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.JdbcConnection;
import com.zaxxer.hikari.HikariDataSource;
import dev.tidewatch.database.DatabaseState;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Topic;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** While the database hangs, is down or accepts no writes, requests get 503; Tidewatch recovers by itself. */
class DatabaseUnavailableIT extends ApplicationTest {

    private static final Predicate<JsonNode> PROBLEM = where("level", "WARN").or(where("level", "ERROR"))
            // The embedded change capture is a service of its own.
            .and(line -> !line.path("logger").asText().matches("(dev[.]tidewatch[.]embedded|io[.]debezium)[.].*"));
    private static final Predicate<JsonNode> OF_DATABASE = where("logger", DatabaseState.class.getName());

    private final ExecutorService clients = Executors.newCachedThreadPool();

    @Autowired
    private EmbeddedStack stack;
    @Autowired
    private HikariDataSource connections;

    /** A request waits at most for a connection and then for an answer on it. */
    @Test
    void timeoutsEndARequestWithin3Seconds() throws SQLException {
        try (Connection connection = connections.getConnection()) {
            JdbcConnection driver = connection.unwrap(JdbcConnection.class);
            int socketTimeout = driver.getPropertySet().getIntegerProperty(PropertyKey.socketTimeout).getValue();
            int connectTimeout = driver.getPropertySet().getIntegerProperty(PropertyKey.connectTimeout).getValue();

            assertThat(connectTimeout).isPositive().isLessThanOrEqualTo((int) connections.getConnectionTimeout());
            assertThat(socketTimeout).isPositive();
            assertThat(connections.getConnectionTimeout() + socketTimeout).isPositive().isLessThan(3000);
        }
    }

    @Test
    void answers503WhileTheDatabaseHangs() throws Exception {
        String token = api.token();
        Instant down = Instant.now();
        Instant up;
        stack.database().pause();
        try {
            answers503(() -> api.login("admin", "admin123"));
            answers503(() -> api.login("nobody", "admin123"));
            answers503(() -> api.get("/api/profile", Api.bearer(token)));
            answers503(() -> api.post("/api/logout", "", Api.bearer(token)));
            isUnhealthy(down);
            IntStream.range(0, 80).mapToObj(i -> CompletableFuture.runAsync(
                    () -> answers503(() -> api.get("/api/profile", Api.bearer(token))), clients))
                    .toList().forEach(CompletableFuture::join);
        } finally {
            up = Instant.now();
            stack.database().resume();
        }
        recovers(up, token);
    }

    /** The jobs that need the database run every second. */
    @Test
    void answers503WhileTheDatabaseIsDownAndLogsOneLineWhenItBeginsAndOneWhenItEnds() throws Exception {
        String token = api.token();
        int problems = log.lines(PROBLEM).size();
        int changes = log.lines(OF_DATABASE).size();
        Instant down = Instant.now();
        Instant up;
        stack.database().kill();
        try {
            answers503(() -> api.login("admin", "admin123"));
            answers503(() -> api.get("/api/profile", Api.bearer(token)));
            isUnhealthy(down);
            logsARowChange();
            logsAUserEvent();
            Awaitility.await().during(Duration.ofSeconds(6)).until(() -> api.get("/health").statusCode() == 503);
        } finally {
            up = Instant.now();
            stack.database().start();
        }
        recovers(up, token);
        assertThat(log.lines(PROBLEM).stream().skip(problems)).extracting(line -> line.path("message").asText()).containsExactly(
                "The database is unavailable: it is unreachable, hangs or accepts no writes. Logins get 503");
        assertThat(log.lines(OF_DATABASE).stream().skip(changes)).extracting(line -> line.path("level").asText())
                .containsExactly("WARN", "INFO");
    }

    @Test
    void isUnhealthyWhileTheDatabaseIsReadOnly() throws SQLException {
        database.execute("CREATE OR REPLACE USER plain@'%' IDENTIFIED BY 'plain'");
        database.execute("GRANT ALL ON *.* TO plain@'%'");
        database.execute("REVOKE SUPER, READ_ONLY ADMIN ON *.* FROM plain@'%'");
        String user = connections.getUsername();
        String password = connections.getPassword();
        Instant down = Instant.now();
        try (Connection administrator = DriverManager.getConnection(connections.getJdbcUrl(), user, password);
                Statement statement = administrator.createStatement()) {
            connectAs("plain", "plain");
            statement.execute("SET GLOBAL read_only = ON");
            try {
                isUnhealthy(down);
                answers503(() -> api.login("admin", "admin123"));
            } finally {
                statement.execute("SET GLOBAL read_only = OFF");
                connectAs(user, password);
            }
        }
        recovers(down, api.token());
    }

    @Test
    void isUnhealthyWhileTheOutboxIsLocked() throws SQLException {
        Instant down = Instant.now();
        try (Connection other = DriverManager.getConnection(connections.getJdbcUrl(), connections.getUsername(),
                connections.getPassword()); Statement statement = other.createStatement()) {
            statement.execute("LOCK TABLES outbox WRITE");
            isUnhealthy(down);
        }
        recovers(down, api.token());
    }

    /** Rolled back, an insert of the watch reaches neither the relay nor the changefeed. */
    @Test
    void nobodySeesTheWritesOfTheWatch() {
        String token = api.token();
        Awaitility.await().during(Duration.ofSeconds(3)).until(() -> database.queryForObject(
                "SELECT (SELECT COUNT(*) FROM access_tokens WHERE user_id = 0) + (SELECT COUNT(*) FROM outbox WHERE topic = '')",
                Integer.class) == 0);
        assertThat(api.post("/api/logout", "", Api.bearer(token)).statusCode()).isEqualTo(204);
        log.await(where("table", "access_tokens").and(where("operation", "UPDATE")));

        List<JsonNode> tokens = log.lines(where("table", "access_tokens"));
        assertThat(tokens).isNotEmpty().noneMatch(line -> line.at("/data/user_id").asText().equals("0"));
        assertThat(log.lines(where("table", "outbox"))).isEmpty();
    }

    private void connectAs(String user, String password) {
        connections.getHikariConfigMXBean().setUsername(user);
        connections.getHikariConfigMXBean().setPassword(password);
        connections.getHikariPoolMXBean().softEvictConnections();
    }

    /** Row changes from Kafka need no database. */
    private void logsAUserEvent() {
        String id = UUID.randomUUID().toString();
        try (Topic events = new Topic(brokers, "user-events")) {
            events.send(null, """
                    {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":1,"username":"while-away",
                    "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(id).getBytes(StandardCharsets.UTF_8));
            log.await(where("eventId", id));
        }
    }

    private void logsARowChange() {
        try (Topic changes = new Topic(brokers, "tidb-cdc-events")) {
            long offset = changes.send(null, """
                    {"id":0,"database":"demo","table":"while_away","pkNames":["id"],"isDdl":false,"type":"INSERT","es":1786358942713,
                    "ts":1786358944991,"sql":"","sqlType":{"id":4},"mysqlType":{"id":"int"},"old":null,"data":[{"id":"1"}]}"""
                    .getBytes(StandardCharsets.UTF_8)).offset();
            assertThat(log.await(where("table", "while_away")).path("offset").asLong()).isEqualTo(offset);
        }
    }

    private static void answers503(Supplier<HttpResponse<String>> request) {
        HttpResponse<String> response = request.get();

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        assertThat(response.body()).doesNotContain("SQL").doesNotContain("Exception");
    }

    private void isUnhealthy(Instant down) {
        HttpResponse<String> response = Awaitility.await().until(() -> api.get("/health"), answer -> answer.statusCode() == 503);
        JsonNode health = api.body(response);
        assertThat(health.path("status").asText() + ' ' + health.path("database").asText()).isEqualTo("unhealthy disconnected");
        assertThat(Instant.parse(health.at("/since/database").asText())).isAfter(down);
    }

    private void recovers(Instant up, String token) {
        Awaitility.await().until(() -> api.get("/health").statusCode() == 200 && api.login("admin", "admin123").statusCode() == 200);
        assertThat(Instant.parse(api.body(api.get("/health")).at("/since/database").asText())).isAfter(up);
        assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(200);
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
    }
}
