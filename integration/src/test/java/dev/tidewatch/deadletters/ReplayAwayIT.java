package dev.tidewatch.deadletters;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Topic;
import java.net.http.HttpResponse;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.ConnectionCallback;

/** Without the broker or the database nothing of the dead letters works, which is told within seconds, and no letter is lost. */
class ReplayAwayIT extends ApplicationTest {

    private static final Predicate<JsonNode> CONSUMED = where("source", "kafka-user-events").and(where("event", "LOGIN_SUCCESS"));

    @Autowired
    private EmbeddedStack stack;

    private String token;

    @BeforeAll
    void logIn() {
        token = api.token();
    }

    @Test
    void aBrokerThatIsAwayIs503() {
        // The producer, too, has known the broker before.
        assertThat(replay(writeLetter()).statusCode()).isEqualTo(200);
        long offset = writeLetter();
        stack.broker().stop();
        try {
            refusedInTime(this::list, "Kafka is unavailable");
            refusedInTime(() -> replay(offset), "Kafka is unavailable");
        } finally {
            stack.broker().start();
        }
        backByItself(offset);
    }

    @Test
    void answers503WhileTheDatabaseHangs() throws Exception {
        long offset = writeLetter();
        stack.database().pause();
        try {
            refusedInTime(this::list, "The database is unavailable");
            refusedInTime(() -> replay(offset), "The database is unavailable");
        } finally {
            stack.database().resume();
        }
        backByItself(offset);
    }

    @Test
    void aTableThatDoesNotAnswerIs503() {
        long[] offsets = {writeLetter(), writeLetter()};
        database.execute((ConnectionCallback<Void>) connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("LOCK TABLES dead_letter_replays WRITE");
                refusedInTime(this::list, "The database is unavailable");
                refusedInTime(() -> replay(offsets[0]), "The database is unavailable");
                statement.execute("UNLOCK TABLES");
            }
            return null;
        });
        backByItself(offsets[1]);
    }

    private void backByItself(long offset) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> list().statusCode() == 200);
        assertThat(api.body(replay(offset)).path("replayed").asInt()).isEqualTo(1);
        // The tests that follow find the consumers at work again.
        int logins = log.lines(CONSUMED).size();
        api.token();
        log.await(logins + 1, CONSUMED);
    }

    /** Writes a letter whose record can be read, and returns its offset in partition 0. */
    private long writeLetter() {
        try (Topic letters = new Topic(brokers, "user-events.dlq")) {
            return letters.send(null, """
                    {"eventId":"0198f2aa-0000-7000-8000-000000000002","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":7,
                    "username":"x","ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".getBytes()).offset();
        }
    }

    private HttpResponse<String> list() {
        return api.get("/api/dead-letters", Api.bearer(token));
    }

    private HttpResponse<String> replay(long offset) {
        return api.post("/api/dead-letters/replay", "{\"topic\":\"user-events\",\"partition\":0,\"offsets\":[%d]}".formatted(offset),
                Api.bearer(token));
    }

    private void refusedInTime(Supplier<HttpResponse<String>> request, String detail) {
        Instant before = Instant.now();
        HttpResponse<String> response = request.get();

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(api.body(response).path("detail").asText()).startsWith(detail);
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(6));
    }
}
