package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ChangeMessage;
import dev.tidewatch.changes.ChangeWindow;
import dev.tidewatch.changes.RealMessages;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.Watermark;
import dev.tidewatch.kafka.RecordOrigin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitUpdatesTest {

    private final CanalJsonDecoder decoder = new CanalJsonDecoder();
    private final SplitUpdates splitUpdates = new SplitUpdates();
    private final List<ConsumedRecord> records = new ArrayList<>();

    @Test
    void joinsADeleteAndAnInsertOfOneKeyAndCommit() throws Exception {
        add(change("DELETE", 100, 1, "a@x"), change("DELETE", 100, 2, "b@x"), change("INSERT", 100, 1, "b@x"),
                change("INSERT", 100, 2, "a@x"));

        assertThat(join()).extracting(RowChange::operation).containsExactly("UPDATE", "UPDATE");
        RowChange first = join().get(0);
        assertThat(first.key()).isEqualTo(Map.of("id", 1L));
        assertThat(first.data()).isEqualTo(Map.of("id", 1L, "email", "b@x"));
        assertThat(first.old()).as("the changed columns").isEqualTo(Map.of("email", "a@x"));
        assertThat(first.eventId()).isEqualTo(new RowChange("UPDATE", "shop", "users", Map.of("id", 1L), Map.of(), Map.of(), 100L,
                first.commitTime(), null).eventId());
    }

    @Test
    void deadLetterOfTheUpdateIsTheUpdate() throws Exception {
        add(change("DELETE", 100, 1, "a@x"), change("INSERT", 100, 1, "b@x"));
        RowChange joined = join().get(0);

        assertThat(decoder.decode(records.get(1).value())).isEqualTo(joined);
    }

    @Test
    void leavesOtherChangesApart() throws Exception {
        add(change("DELETE", 100, 1, "a@x"), change("INSERT", 101, 1, "b@x"), change("INSERT", 102, 2, "a@x"),
                change("DELETE", 102, 2, "b@x"),
                change("DELETE", 103, 1, "a@x").replace("users", "orders"), change("INSERT", 103, 1, "b@x"));

        assertThat(join()).extracting(RowChange::operation).containsExactly("DELETE", "INSERT", "INSERT", "DELETE", "DELETE", "INSERT");
        assertThat(join()).extracting(RowChange::otherKey).containsOnlyNulls();
    }

    @Test
    void joinsNoDuplicate() throws Exception {
        add(change("DELETE", 100, 1, "a@x"), change("INSERT", 100, 1, "b@x"));
        records.get(0).markDuplicate();

        assertThat(join()).extracting(RowChange::operation).containsExactly("INSERT");
    }

    @Test
    void deleteIsDoneWithItsInsert() throws Exception {
        add(change("DELETE", 100, 1, "a@x"), change("INSERT", 100, 1, "b@x"));

        assertThat(join()).hasSize(1);
        assertThat(records.get(0).isDone()).as("the next attempt may get only the DELETE").isFalse();
        records.get(1).markDone();
        assertThat(records.get(0).isDone()).isTrue();
    }

    @Test
    void joinsNoDeleteThatAnEarlierAttemptHandled() throws Exception {
        add(change("DELETE", 100, 1, "a@x"), change("INSERT", 100, 1, "b@x"));
        records.get(0).markDone();

        assertThat(join()).extracting(RowChange::operation).containsExactly("INSERT");
    }

    @Test
    void halvesOfAPrimaryKeyUpdateNameEachOther() throws Exception {
        add(change("DELETE", 100, 1, "a@x"), change("DELETE", 100, 2, "b@x"), change("DELETE", 100, 3, "c@x"),
                change("INSERT", 100, 12, "b@x"),
                change("INSERT", 100, 11, "a@x"), change("INSERT", 100, 13, "other@x"));

        List<RowChange> changes = join();
        assertThat(changes).extracting(RowChange::operation).containsExactly("DELETE", "DELETE", "DELETE", "INSERT", "INSERT", "INSERT");
        assertThat(changes).extracting(RowChange::otherKey).containsExactly(Map.of("id", 11L), Map.of("id", 12L), null, Map.of("id", 2L),
                Map.of("id", 1L), null);
        assertThat(changes.get(0).fields()).containsEntry("newKey", Map.of("id", 11L));
        assertThat(changes.get(4).fields()).containsEntry("oldKey", Map.of("id", 1L));
    }

    @Test
    void namesNoKeyWhenSeveralRowsLookTheSame() throws Exception {
        add(change("DELETE", 100, 1, "a@x"), change("DELETE", 100, 2, "a@x"), change("INSERT", 100, 11, "a@x"),
                change("INSERT", 100, 12, "a@x"));

        assertThat(join()).extracting(RowChange::otherKey).containsOnlyNulls();
    }

    /** A table with key columns only, and rows that are too large for a message. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\"onlyHandleKey\":true,"})
    void namesNoKeyWhenOnlyKeysAreKnown(String extension) throws Exception {
        for (String change : List.of(change("DELETE", 100, 1, "a@x"), change("INSERT", 100, 9, "a@x"))) {
            add(change.replace(",\"email\":\"a@x\"", "").replace("\"_tidb\":{", "\"_tidb\":{" + extension));
        }

        assertThat(join()).extracting(RowChange::data).containsExactly(Map.of("id", 1L), Map.of("id", 9L));
        assertThat(join()).extracting(RowChange::otherKey).containsOnlyNulls();
    }

    /** TiCDC v8.1.0 has split every UPDATE of a unique key. */
    @Test
    void joinsEverySplitUpdateOfARecording() throws Exception {
        Map<String, RowChange> changes = new HashMap<>();
        Map<Object, Object> users = replay("ticdc-8.1-index-value", changes);

        assertThat(users).hasSize(188);
        assertThat(changes.values().stream().filter(change -> change.operation().equals("DELETE")))
                .noneMatch(delete -> changes.containsKey(id("INSERT", delete)));
        assertThat(List.of("470804368188243982UPDATErec_a.users{id=1000}", "470804368175398925UPDATErec_a.users{id=2}",
                "470804368214720522UPDATErec_a.users{id=4001}", "470804368214720522UPDATErec_a.users{id=4002}",
                "470804368214720524UPDATErec_a.users{id=4002}"))
                .allSatisfy(id -> assertThat(changes).hasEntrySatisfying(id, change -> assertThat(change.old()).isNotEmpty()));
    }

    @Test
    void emitsEachChangeOnceOfATicdcThatWasKilledTwice() throws Exception {
        assertThat(replay("ticdc-8.1-kill", new HashMap<>())).hasSize(144);
    }

    /** Replays a recording in polls; returns the rows of {@code users} by their keys, and fills the map with all changes by identity. */
    private Map<Object, Object> replay(String recording, Map<String, RowChange> changes) throws Exception {
        Map<Object, Object> users = new HashMap<>();
        Map<Integer, List<RealMessages.Recorded>> partitions =
                RealMessages.recording(recording).stream().collect(Collectors.groupingBy(RealMessages.Recorded::partition));
        for (List<RealMessages.Recorded> partition : partitions.values()) {
            ChangeWindow window = new ChangeWindow(0);
            for (int from = 0; from < partition.size(); from += 500) {
                records.clear();
                for (RealMessages.Recorded recorded : partition.subList(from, Math.min(from + 500, partition.size()))) {
                    ConsumedRecord record = record(recorded.offset(), recorded.value());
                    if (record.event() instanceof Watermark watermark) {
                        window.advance(watermark.watermarkTs(), recorded.offset());
                    } else if (window.isDuplicate((ChangeMessage) record.event(), recorded.offset())) {
                        record.markDuplicate();
                    }
                    records.add(record);
                }
                window.commit(Long.MAX_VALUE);
                for (RowChange change : join()) {
                    assertThat(changes.put(id(change.operation(), change), change)).as("a second %s", change).isNull();
                    if (change.table().equals("users") && change.operation().equals("DELETE")) {
                        users.remove(change.key());
                    } else if (change.table().equals("users")) {
                        users.put(change.key(), change.data());
                    }
                }
            }
        }
        return users;
    }

    private static String id(String operation, RowChange change) {
        return change.commitTs() + operation + change.database() + "." + change.table() + change.key()
                + (change.key().isEmpty() ? change.data() : "");
    }

    private void add(String... changes) throws Exception {
        for (String change : changes) {
            records.add(record(records.size(), change.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private ConsumedRecord record(long offset, byte[] value) throws Exception {
        ConsumedRecord record = new ConsumedRecord(new RecordOrigin("x", 0, offset), 0, null, value, new RecordHeaders());
        record.setEvent(decoder.decode(value));
        return record;
    }

    /** The pending row changes of a poll. */
    private List<RowChange> join() {
        splitUpdates.join(records);
        return records.stream().filter(ConsumedRecord::isPending).map(ConsumedRecord::event)
                .filter(RowChange.class::isInstance).map(RowChange.class::cast).toList();
    }

    private static String change(String operation, long commitTs, int id, String email) {
        return """
                {"id":0,"database":"shop","table":"users","pkNames":["id"],"isDdl":false,"type":"%s","es":1786358942713,"ts":1,
                "sql":"","sqlType":{"id":-5,"email":12},"mysqlType":{"id":"bigint","email":"varchar"},"old":null,
                "data":[{"id":"%d","email":"%s"}],"_tidb":{"commitTs":%d}}""".formatted(operation, id, email, commitTs);
    }
}
