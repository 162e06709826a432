package dev.tidewatch.audit;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.consumer.AppliedWatermarks;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Committed row changes and schema changes become log lines. */
class DatabaseChangesIT extends ApplicationTest {

    private static final Predicate<JsonNode> CHANGE = where("source", "TiDB-CDC");

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private AppliedWatermarks applied;

    @Test
    void logsALoginAsInsertAndUpdate() {
        // The first login also resets the failed logins that other tests may have left.
        api.token();
        String token = api.token();
        JsonNode update = log.await(2, CHANGE.and(where("operation", "UPDATE")).and(where("table", "users"))).get(1);
        JsonNode insert = log.await(CHANGE.and(where("operation", "INSERT")).and(where("table", "access_tokens"))
                .and(where("commitTs", update.path("commitTs").asText())));

        assertThat(insert.path("database").asText()).isEqualTo("tidewatch");
        assertThat(insert.path("data").has("token_hash")).as("excluded by the changefeed").isFalse();
        assertThat(insert.path("data").path("user_id").asLong()).isEqualTo(1);
        assertThat(insert.path("data").path("ip_address").asText()).isEqualTo("127.0.0.1");
        assertThat(insert.has("old")).isFalse();
        assertThat(insert.path("routeId").asText()).isEqualTo("log-database-changes");
        assertThat(insert.path("topic").asText()).isEqualTo("tidb-cdc-events");
        assertThat(update.path("key").toString()).isEqualTo("{\"id\":1}");
        assertThat(update.path("old").fieldNames()).toIterable().contains("updated_at").doesNotContain("username", "created_at");
        assertThat(update.path("data").has("password_hash")).as("excluded by the changefeed").isFalse();
        assertThat(log.texts()).noneMatch(line -> line.contains(token));

        api.post("/api/logout", "", Api.bearer(token));
        JsonNode revoked = log.await(CHANGE.and(where("operation", "UPDATE")).and(where("table", "access_tokens")));
        assertThat(revoked.path("old").toString()).isEqualTo("{\"revoked_at\":null}");
    }

    @Test
    void logsASchemaChangeWithoutItsStatement() {
        database.execute("CREATE TABLE notes (id INT PRIMARY KEY, note VARCHAR(20) DEFAULT 'a default', doc JSON)");
        JsonNode line = log.await(CHANGE.and(where("operation", "DDL")).and(where("table", "notes")));
        assertThat(line.path("ddlType").asText()).isEqualTo("CREATE");
        assertThat(line.toString()).doesNotContain("a default");

        database.update("INSERT INTO notes VALUES (1, NULL, '{\"a\": [1, {\"password\": \"p\"}]}')");
        JsonNode insert = log.await(CHANGE.and(where("operation", "INSERT")).and(where("table", "notes")));
        assertThat(insert.path("data").toString()).isEqualTo("{\"id\":1,\"note\":null,\"doc\":{\"a\":[1,{\"password\":\"***\"}]}}");

        database.execute("DROP TABLE notes");
        assertThat(log.await(CHANGE.and(where("ddlType", "ERASE"))).path("table").asText()).isEqualTo("notes");
    }

    @Test
    void watermarksSetAGaugeAndLogNothing() {
        Awaitility.await().until(() -> meters.find("tidewatch.changefeed.lag").gauges().size() == 3);
        assertThat(meters.find("tidewatch.changefeed.lag").gauges()).allSatisfy(gauge -> assertThat(gauge.value()).isBetween(0.0, 600.0));
        assertThat(log.texts()).noneMatch(line -> line.toLowerCase().contains("watermark"));
    }

    @Test
    void doesNotCaptureOutboxAndBookkeeping() {
        database.update("INSERT INTO dead_letter_replays VALUES ('not-captured.dlq', 0, 0, NOW(3))");
        database.update("INSERT INTO login_rates VALUES ('not-captured', NOW(3), TRUE)");
        api.token();
        long session = database.queryForObject("SELECT MAX(id) FROM access_tokens", Long.class);
        JsonNode insert = log.await(CHANGE.and(where("operation", "INSERT")).and(line -> line.at("/data/id").asLong() == session));
        // The changes before it may be in other partitions.
        Awaitility.await().until(() -> applied.lowestCommitted().orElse(0) > insert.path("commitTs").asLong());

        String bookkeeping = "outbox|processed_events|dead_letter_replays|login_rates|flyway.*";
        assertThat(log.lines(CHANGE.and(line -> line.path("table").asText().matches(bookkeeping)))).isEmpty();
    }
}
