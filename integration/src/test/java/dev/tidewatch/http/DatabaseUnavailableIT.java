package dev.tidewatch.http;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.JdbcConnection;
import com.zaxxer.hikari.HikariDataSource;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Topic;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** While the database hangs or is down, requests get 503; Tidewatch recovers by itself. */
class DatabaseUnavailableIT extends ApplicationTest {

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

    @Test
    void answers503WhileTheDatabaseIsDown() throws Exception {
        String token = api.token();
        Instant down = Instant.now();
        Instant up;
        stack.database().kill();
        try {
            answers503(() -> api.login("admin", "admin123"));
            answers503(() -> api.get("/api/profile", Api.bearer(token)));
            isUnhealthy(down);
            logsARowChange();
        } finally {
            up = Instant.now();
            stack.database().start();
        }
        recovers(up, token);
    }

    /** Row changes from Kafka need no database. */
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
        HttpResponse<String> response = api.get("/health");

        assertThat(response.statusCode()).isEqualTo(503);
        JsonNode health = api.body(response);
        assertThat(health.path("status").asText() + ' ' + health.path("database").asText()).isEqualTo("unhealthy disconnected");
        assertThat(Instant.parse(health.at("/since/database").asText())).isAfter(down);
    }

    private void recovers(Instant up, String token) {
        Awaitility.await().until(() -> api.get("/health").statusCode() == 200);
        assertThat(Instant.parse(api.body(api.get("/health")).at("/since/database").asText())).isAfter(up);
        assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(200);
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
    }
}
