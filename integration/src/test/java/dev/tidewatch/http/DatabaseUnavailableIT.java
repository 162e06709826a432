package dev.tidewatch.http;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Topic;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** While the database hangs or is down, requests get 503 in time; Tidewatch recovers by itself. */
class DatabaseUnavailableIT extends ApplicationTest {

    /** Timeouts end a request within 3 s; the rest is for a busy machine. Without them it would hang for 30 s or longer. */
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final ExecutorService clients = Executors.newCachedThreadPool();

    @Autowired
    private EmbeddedStack stack;

    @Test
    void answers503WhileTheDatabaseHangs() throws Exception {
        String token = api.token();
        Instant down = Instant.now();
        stack.database().pause();
        try {
            answers503InTime(() -> api.login("admin", "admin123"));
            answers503InTime(() -> api.login("nobody", "admin123"));
            answers503InTime(() -> api.get("/api/profile", Api.bearer(token)));
            answers503InTime(() -> api.post("/api/logout", "", Api.bearer(token)));
            unhealthyInTime(down);
            IntStream.range(0, 80).mapToObj(i -> CompletableFuture.runAsync(
                    () -> answers503InTime(() -> api.get("/api/profile", Api.bearer(token))), clients))
                    .toList().forEach(CompletableFuture::join);
        } finally {
            stack.database().resume();
        }
        recovers(token);
    }

    @Test
    void answers503WhileTheDatabaseIsDown() throws Exception {
        String token = api.token();
        Instant down = Instant.now();
        stack.database().kill();
        try {
            answers503InTime(() -> api.login("admin", "admin123"));
            answers503InTime(() -> api.get("/api/profile", Api.bearer(token)));
            unhealthyInTime(down);
            logsARowChange();
        } finally {
            stack.database().start();
        }
        recovers(token);
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

    private void answers503InTime(Supplier<HttpResponse<String>> request) {
        Instant before = Instant.now();
        HttpResponse<String> response = request.get();

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        assertThat(response.body()).doesNotContain("SQL").doesNotContain("Exception");
        assertThat(Duration.between(before, Instant.now())).isLessThan(BOUND);
    }

    private void unhealthyInTime(Instant down) {
        Instant before = Instant.now();
        HttpResponse<String> response = api.get("/health");

        assertThat(response.statusCode()).isEqualTo(503);
        JsonNode health = api.body(response);
        assertThat(health.path("status").asText() + ' ' + health.path("database").asText()).isEqualTo("unhealthy disconnected");
        assertThat(Instant.parse(health.at("/since/database").asText())).isAfter(down);
        assertThat(Duration.between(before, Instant.now())).isLessThan(BOUND);
    }

    private void recovers(String token) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> api.get("/health").statusCode() == 200);
        Instant back = Instant.parse(api.body(api.get("/health")).at("/since/database").asText());
        assertThat(Duration.between(back, Instant.now())).as("time to recover").isLessThan(Duration.ofSeconds(20));
        assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).isEqualTo(200);
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
    }
}
