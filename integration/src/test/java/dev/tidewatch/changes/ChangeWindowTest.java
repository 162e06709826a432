package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChangeWindowTest {

    private final ChangeWindow window = new ChangeWindow(100);

    @Test
    void bug03UnseenChangeBelowTheWatermarkIsLateAndNoDuplicate() {
        List<ChangeMessage> below = List.of(row(99, Map.of("id", 1L)), row(99, Map.of()), schema(99, "DROP"));

        assertThat(below).noneMatch(change -> window.isDuplicate(change, 1)).allMatch(window::isLate);
        assertThat(below).as("sent again").allMatch(change -> window.isDuplicate(change, 2));
        assertThat(window.isDuplicate(row(100, Map.of("id", 1L)), 3)).isFalse();
        assertThat(window.isLate(row(100, Map.of("id", 1L)))).as("at the watermark").isFalse();
        assertThat(window.isLate(row(null, Map.of("id", 1L)))).isFalse();
    }

    @Test
    void changeThatWasSeenAboveTheWatermarkIsADuplicateBelowIt() {
        List<ChangeMessage> changes = List.of(row(100, Map.of("id", 1L)), row(100, Map.of()), schema(100, "DROP"));
        assertThat(changes).noneMatch(change -> window.isDuplicate(change, 1));

        window.advance(200, 2);

        assertThat(changes).allMatch(change -> window.isDuplicate(change, 2));
    }

    @Test
    void sameIdentityIsADuplicate() {
        List<ChangeMessage> different = List.of(row(100, Map.of("id", 1L)), row(101, Map.of("id", 1L)), row(100, Map.of("id", 2L)),
                new RowChange("DELETE", "shop", "orders", Map.of("id", 1L), Map.of(), null, 100L, Instant.EPOCH, null),
                new RowChange("INSERT", "stock", "orders", Map.of("id", 1L), Map.of(), null, 100L, Instant.EPOCH, null),
                new RowChange("INSERT", "shop", "users", Map.of("id", 1L), Map.of(), null, 100L, Instant.EPOCH, null),
                schema(100, "DROP"), schema(101, "DROP"), schema(100, "ALTER"), schema(100, null));

        assertThat(different).noneMatch(change -> window.isDuplicate(change, 1));
        assertThat(different).allMatch(change -> window.isDuplicate(change, 2));
    }

    /** The window holds a hash of each identity: rows and keys may be wide. */
    @Test
    void bug18KeysWhoseTextsAreEqualAreDifferentIdentities() {
        List<Map<String, Object>> keys = List.of(Map.of("a", "x, b=y", "b", "z"), Map.of("a", "x", "b", "y, b=z"),
                Map.of("a", "x", "b", "y"), Map.of("a", "1:xb", "b", "y"), Map.of("ab", "x"), Map.of("a", "bx"));

        assertThat(keys).noneMatch(key -> window.isDuplicate(row(100, key), 1));
        assertThat(keys).allMatch(key -> window.isDuplicate(row(100, new LinkedHashMap<>(key)), 2));
    }

    @Test
    void theOrderOfColumnsIsNoPartOfAnIdentity() {
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("b", 2L);
        key.put("a", 1L);
        window.isDuplicate(row(100, key), 1);

        assertThat(window.isDuplicate(row(100, new TreeMap<>(key)), 2)).isTrue();
    }

    @Test
    void changeWithoutIdentityIsNoDuplicate() {
        for (int i = 0; i < 2; i++) {
            assertThat(window.isDuplicate(row(100, Map.of()), i)).as("no key").isFalse();
            assertThat(window.isDuplicate(row(null, Map.of("id", 1L)), i)).as("no commitTs").isFalse();
            assertThat(window.isDuplicate(schema(null, "DROP"), i)).isFalse();
        }
    }

    @Test
    void forgetsIdentitiesFarBelowTheWatermark() {
        window.isDuplicate(row(100, Map.of("id", 1L)), 7);
        window.isDuplicate(row(102, Map.of("id", 2L)), 8);
        window.isDuplicate(row(101, Map.of("id", 3L)), 9);

        window.advance(101 + ChangeWindow.REMEMBERED_BELOW, 10);
        assertThat(List.of(window.watermark(10), window.watermark(11))).containsExactly(100L, 101 + ChangeWindow.REMEMBERED_BELOW);
        window.commit(11);
        assertThat(window.oldestOffset(11)).isEqualTo(8);
        assertThat(window.isDuplicate(row(101, Map.of("id", 3L)), 11)).isTrue();

        window.advance(50, 12);
        assertThat(window.watermark(13)).as("never moves back").isEqualTo(101 + ChangeWindow.REMEMBERED_BELOW);
        window.advance(103 + ChangeWindow.REMEMBERED_BELOW, 13);
        window.commit(14);
        assertThat(window.oldestOffset(14)).isEqualTo(14);
    }

    @Test
    void remembersNoMoreThanTheLimitBelowTheWatermark() {
        for (long id = 0; id <= ChangeWindow.MOST_IDENTITIES_BELOW; id++) {
            window.isDuplicate(row(100, Map.of("id", id)), id);
        }

        window.advance(101, Long.MAX_VALUE - 1);
        window.commit(Long.MAX_VALUE);

        assertThat(window.oldestOffset(Long.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void forgetsOldestIdentitiesBeyondTheLimit() {
        for (long id = 0; id < ChangeWindow.MOST_IDENTITIES; id++) {
            window.isDuplicate(row(100, Map.of("id", id)), id);
        }
        window.commit(Long.MAX_VALUE);
        assertThat(window.oldestOffset(Long.MAX_VALUE)).isZero();

        window.isDuplicate(row(100, Map.of("id", -1L)), ChangeWindow.MOST_IDENTITIES);
        window.commit(Long.MAX_VALUE);
        assertThat(window.oldestOffset(Long.MAX_VALUE)).isEqualTo(1);
        assertThat(window.isDuplicate(row(100, Map.of("id", 1L)), 1)).isTrue();
        assertThat(window.isDuplicate(row(100, Map.of("id", 0L)), 2)).isFalse();
    }

    @Test
    void anotherAttemptFindsTheStateBeforeThePoll() {
        ChangeMessage first = row(100, Map.of("id", 1L));
        ChangeMessage second = row(100, Map.of("id", 2L));
        assertThat(List.of(window.isDuplicate(first, 7), window.isDuplicate(second, 8))).containsOnly(false);
        window.advance(200, 9);
        window.commit(7);

        assertThat(window.isLate(first)).isFalse();
        assertThat(List.of(window.isDuplicate(first, 7), window.isDuplicate(second, 8))).containsOnly(false);
        window.advance(200, 9);
        window.commit(8);
        assertThat(window.watermark(Long.MAX_VALUE)).as("not committed").isEqualTo(100);
        assertThat(List.of(window.isDuplicate(first, 10), window.isDuplicate(second, 8))).containsExactly(true, false);
    }

    @Test
    void eventIdsIdentifyChanges() {
        Set<String> ids = new HashSet<>();
        assertThat(List.of(row(100, Map.of("id", 1L)).eventId(), row(100, Map.of("id", 2L)).eventId(), row(101, Map.of("id", 1L)).eventId(),
                schema(100, "DROP").eventId(), schema(101, "DROP").eventId(), schema(100, "ALTER").eventId()))
                .allMatch(ids::add).allSatisfy(id -> assertThat(id).hasSize(36));
        assertThat(row(100, Map.of("id", 1L)).eventId()).isEqualTo(row(100, Map.of("id", 1L)).eventId());
        assertThat(row(100, Map.of()).eventId()).isNull();
        assertThat(row(null, Map.of("id", 1L)).eventId()).isNull();
        assertThat(schema(null, "DROP").eventId()).isNull();
        assertThat(schema(100, "DROP").eventTime()).isEqualTo(Instant.EPOCH);
    }

    private static RowChange row(Integer commitTs, Map<String, Object> key) {
        return new RowChange("INSERT", "shop", "orders", key, Map.of(), null, commitTs == null ? null : (long) commitTs,
                Instant.EPOCH, null);
    }

    private static SchemaChange schema(Integer commitTs, String statement) {
        return new SchemaChange("ALTER", "shop", "orders", statement, commitTs == null ? null : (long) commitTs, Instant.EPOCH);
    }
}
