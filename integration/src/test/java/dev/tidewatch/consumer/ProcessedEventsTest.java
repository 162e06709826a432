package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.Watermark;
import dev.tidewatch.outbox.UserEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ProcessedEventsTest {

    private static final TopicPartition PARTITION = new TopicPartition("user-events", 0);

    private final ProcessedEvents processed = new ProcessedEvents();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final PolledPartition partition = PolledRecords.partition(consumer, PARTITION);
    private final Poll poll = PolledRecords.poll(consumer, partition);

    @Test
    void looksUpEachIdOnceAndPadsToAPowerOfTwo() {
        add("a", "b", "a", "c", "d", "e");

        assertThat(processed.idsToLookUp(poll)).containsExactly("a", "b", "c", "d", "e", "e", "e", "e");
        assertThat(poll.records().stream().map(ConsumedRecord::isDuplicate)).containsExactly(false, false, true, false, false, false);
    }

    @Test
    void looksUpNothingForUnreadableReplayedAndOtherRecords() {
        add(new RecordHeaders());
        replayed("a");
        poll.records().get(0).setEvent(new Watermark(1, Instant.EPOCH));

        assertThat(processed.idsToLookUp(poll)).isEmpty();
        processed.markDuplicates(poll, List.of(Map.of("eventId", "a")));
        assertThat(poll.records()).noneMatch(ConsumedRecord::isDuplicate);
        assertThat(processed.newRows(poll)).isEmpty();
    }

    @Test
    void marksEventsFoundInTheTable() {
        add("a", "b");

        processed.markDuplicates(poll, List.of(Map.of("eventId", "b"), Map.of("eventId", "x")));

        assertThat(poll.records().stream().map(ConsumedRecord::isDuplicate)).containsExactly(false, true);
        assertThat(processed.newRows(poll)).as("nothing is handled").isEmpty();
        poll.records().get(0).markDone();
        assertThat(processed.newRows(poll)).containsExactly(Map.of("consumer", poll.groupId(), "eventId", "a"));
    }

    @Test
    void storesTheIdsOfBothHalvesOfAJoinedUpdate() {
        RowChange before = change("DELETE", Map.of("id", 1L, "email", "a@x"));
        RowChange after = change("INSERT", Map.of("id", 1L, "email", "b@x"));
        add(new RecordHeaders()).setEvent(before);
        add(new RecordHeaders()).setEvent(after);

        new SplitUpdates().join(poll);
        poll.records().get(1).markDone();

        assertThat(processed.newRows(poll)).extracting(row -> row.get("eventId")).containsExactly(before.eventId(), after.eventId());
    }

    private static RowChange change(String operation, Map<String, Object> row) {
        return new RowChange(operation, "shop", "users", Map.of("id", 1L), row, null, 100L, Instant.EPOCH, null);
    }

    private void add(String... ids) {
        for (String id : ids) {
            add(new RecordHeaders()).setEvent(event(id));
        }
    }

    private ConsumedRecord add(Headers headers) {
        ConsumedRecord record = new ConsumedRecord(PolledRecords.record(PARTITION, partition.records().size(), 0, null, null, headers));
        partition.records().add(record);
        return record;
    }

    private void replayed(String id) {
        add(new RecordHeaders().add(ConsumedRecord.REPLAYS_HEADER, "1".getBytes())).setEvent(event(id));
    }

    private static UserEvent event(String id) {
        return new UserEvent(id, Instant.EPOCH, UserEvent.Action.LOGOUT, 1L, "x", null, null, null);
    }
}
