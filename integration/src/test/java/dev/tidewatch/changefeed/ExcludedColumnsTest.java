package dev.tidewatch.changefeed;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.changes.RowChange;
import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.LogLineSchema;
import dev.tidewatch.support.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExcludedColumnsTest {

    private final ExcludedColumns excluded = new ExcludedColumns("tidewatch", Set.of("password_hash", "token_hash"), Clock.systemUTC());

    @Test
    void removesExcludedColumnsFromDataAndOld() {
        RowChange change = change("Tidewatch", Map.of("id", 1L), Map.of("id", 1L, "Password_Hash", "x"),
                Map.of("password_hash", "y", "name", "a"));

        RowChange rest = excluded.withoutExcluded(change);

        assertThat(rest.data()).isEqualTo(Map.of("id", 1L));
        assertThat(rest.old()).isEqualTo(Map.of("name", "a"));
        assertThat(rest.key()).isEqualTo(change.key());
        assertThat(rest.eventId()).isNotNull();
        assertThat(excluded.areSent()).isTrue();
    }

    @Test
    void aKeyWithAnExcludedColumnIsNoIdentity() {
        Map<String, Object> row = Map.of("id", 1L, "token_hash", "x");
        RowChange rest = excluded.withoutExcluded(change("tidewatch", row, row, null));

        assertThat(rest.key()).isEmpty();
        assertThat(rest.data()).isEqualTo(Map.of("id", 1L));
    }

    @Test
    void leavesAllOtherChangesAsTheyAre() {
        RowChange clean = change("tidewatch", Map.of("id", 1L), Map.of("id", 1L, "password", "x"), null);
        RowChange foreign = change("shop", Map.of("id", 1L), Map.of("id", 1L, "password_hash", "x"), null);

        assertThat(excluded.withoutExcluded(clean)).isSameAs(clean);
        assertThat(excluded.withoutExcluded(foreign)).isSameAs(foreign);
        assertThat(excluded.areSent()).isFalse();
    }

    @Test
    void logsOneErrorForATable() {
        CapturedLog log = CapturedLog.open();
        try {
            for (int i = 0; i < 3; i++) {
                excluded.withoutExcluded(change("tidewatch", Map.of("id", 1L), Map.of("id", 1L, "password_hash", "$argon2id$"),
                        null));
            }

            assertThat(log.lines(where("level", "ERROR"))).singleElement()
                    .satisfies(line -> assertThat(line.path("message").asText()).startsWith(
                            "Changes of tidewatch.users arrived with the columns [password_hash], which changefeed.yaml excludes: 1. "));
            assertThat(log.texts()).noneMatch(line -> line.contains("argon2id"));
            new LogLineSchema().check(log.texts());
        } finally {
            log.close();
        }
    }

    @Test
    void logsTheSumOfTheNextChangesAfterAMinute() {
        SettableClock clock = new SettableClock(Instant.EPOCH);
        ExcludedColumns counting = new ExcludedColumns("tidewatch", Set.of("password_hash"), clock);
        CapturedLog log = CapturedLog.open();
        try {
            for (int i = 0; i < 3; i++) {
                counting.withoutExcluded(change("tidewatch", Map.of("id", 1L), Map.of("id", 1L, "password_hash", "x"), null));
            }
            clock.set(Instant.EPOCH.plusSeconds(60));
            counting.report();

            assertThat(log.lines(where("level", "ERROR"))).extracting(line -> line.path("message").asText())
                    .satisfiesExactly(first -> assertThat(first).contains(" excludes: 1. "),
                            sum -> assertThat(sum).contains(" excludes: 2. "));
        } finally {
            log.close();
        }
    }

    @Test
    void removesExcludedColumnsFromTheValueOfARecord() {
        assertThat(value("""
                {"id":0,"sqlType":{"id":-5,"password_hash":12},"mysqlType":{"password_hash":"varchar"},"n":1.50,
                "data":[{"id":"18446744073709551616","password_hash":"x","note":"password_hash"}],"old":null,
                "_tidb":{"commitTs":470612470330556422}}"""))
                .isEqualTo("{\"id\":0,\"sqlType\":{\"id\":-5},\"mysqlType\":{},\"n\":1.50,\"data\":[{\"id\":\"18446744073709551616\","
                        + "\"note\":\"password_hash\"}],\"old\":null,\"_tidb\":{\"commitTs\":470612470330556422}}");
        assertThat(value("{\"\\u0070assword_hash\":1}")).as("escaped").isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"password_hash\":\"x\"", "{\"Token_Hash\":\"x\"} {}", "{\"data\":[{\"token_hash\":\"x\"}],\"data\":[]}"})
    void leavesOutAValueFromWhichNothingCanBeRemoved(String value) {
        assertThat(value(value)).isNull();
    }

    @Test
    void leavesAnyOtherUnreadableValueAsItIs() {
        assertThat(List.of("not JSON", "", "{ \"hello\" : 1 }", "[ 1 ]")).allSatisfy(text -> assertThat(value(text)).isEqualTo(text));
    }

    private String value(String value) {
        byte[] rest = excluded.withoutExcluded(value.getBytes(StandardCharsets.UTF_8));
        return rest == null ? null : new String(rest, StandardCharsets.UTF_8);
    }

    private static RowChange change(String database, Map<String, Object> key, Map<String, Object> data, Map<String, Object> old) {
        return new RowChange(old == null ? "INSERT" : "UPDATE", database, "users", key, data, old, 1L, Instant.EPOCH, null);
    }
}
