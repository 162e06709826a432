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
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.ConnectionCallback;

/** While the broker or the database is down, dead letter requests answer 503, and no dead letter is lost. */
class ReplayOutageIT extends ApplicationTest {

    private static final Predicate<JsonNode> CONSUMED = where("source", "kafka-user-events").and(where("event", "LOGIN_SUCCESS"));

    @Autowired
    private EmbeddedStack stack;

    private String token;

    @BeforeAll
    void logIn() {
        token = api.token();
    }

    @Test
    void answers503WhileTheBrokerIsDown() {
        // Connects the producer while the broker is up.
        assertThat(replay(writeDeadLetter()).statusCode()).isEqualTo(200);
        long offset = writeDeadLetter();
        stack.broker().stop();
        try {
            answers503(this::list, "Kafka is unavailable");
            answers503(() -> replay(offset), "Kafka is unavailable");
        } finally {
            stack.broker().start();
        }
        recovers(offset);
    }

    @Test
    void answers503WhileTheDatabaseHangs() throws Exception {
        long offset = writeDeadLetter();
        stack.database().pause();
        try {
            answers503(this::list, "The database is unavailable");
            answers503(() -> replay(offset), "The database is unavailable");
        } finally {
            stack.database().resume();
        }
        recovers(offset);
    }

    @Test
    void answers503WhileTheTableIsLocked() {
        long[] offsets = {writeDeadLetter(), writeDeadLetter()};
        database.execute((ConnectionCallback<Void>) connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("LOCK TABLES dead_letter_replays WRITE");
                answers503(this::list, "The database is unavailable");
                answers503(() -> replay(offsets[0]), "The database is unavailable");
                statement.execute("UNLOCK TABLES");
            }
            return null;
        });
        recovers(offsets[1]);
    }

    private void recovers(long offset) {
        Awaitility.await().until(() -> list().statusCode() == 200);
        assertThat(api.body(replay(offset)).path("replayed").asInt()).isEqualTo(1);
        // Later tests need the consumers to work again.
        int logins = log.lines(CONSUMED).size();
        api.token();
        log.await(logins + 1, CONSUMED);
    }

    /** Writes a dead letter with a readable record to partition 0, and returns its offset. */
    private long writeDeadLetter() {
        try (Topic deadLetters = new Topic(brokers, "user-events.dlq")) {
            return deadLetters.send(null, """
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

    private void answers503(Supplier<HttpResponse<String>> request, String detail) {
        HttpResponse<String> response = request.get();

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(api.body(response).path("detail").asText()).startsWith(detail);
    }
}
