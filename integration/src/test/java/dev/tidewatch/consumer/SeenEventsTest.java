package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.kafka.PartitionReader;
import dev.tidewatch.outbox.UserEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

class SeenEventsTest {

    private static final TopicPartition PARTITION = new TopicPartition("user-events", 0);
    private static final RecordHeaders REPLAYED = new RecordHeaders();

    static {
        REPLAYED.add(ConsumedRecord.REPLAYS_HEADER, "1".getBytes());
    }

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final PartitionReader reader = Mockito.mock();
    private SeenEvents seen = started();

    private SeenEvents started() {
        return new SeenEvents(value -> event(new String(value)), reader, new ObjectMapper());
    }

    @BeforeEach
    void assign() {
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 100_000L));
    }

    @Test
    void marksEventsThatWereSentAgain() {
        PolledPartition first = poll(0, "a", "b", "a");
        assertThat(duplicates(first)).containsExactly(2L);
        commit(first);

        assertThat(duplicates(poll(3, "b", "c"))).containsExactly(3L);
        Mockito.verifyNoInteractions(reader);
    }

    @Test
    void anotherAttemptFindsTheCommittedState() {
        PolledPartition failed = poll(0, "a", "b");
        failed.rewind();

        PolledPartition again = poll(0, "a", "b");
        assertThat(duplicates(again)).isEmpty();
        again.records().get(0).markDone();
        commit(again);
        assertThat(committed().offset()).isEqualTo(1);
        assertThat(duplicates(poll(1, "b", "a"))).containsExactly(2L);
        Mockito.verifyNoInteractions(reader);
    }

    @Test
    void readsBackTheWindowAfterARestart() {
        commit(poll(5, "a", "b"));
        assertThat(committed()).isEqualTo(new OffsetAndMetadata(7, "{\"from\":5}"));
        List<ConsumerRecord<byte[], byte[]>> records = List.of(PolledRecords.record(PARTITION, 5, "a"),
                PolledRecords.record(PARTITION, 6, 0, null, "b", REPLAYED));
        Mockito.doAnswer(read -> {
            Predicate<ConsumerRecord<byte[], byte[]>> visitor = read.getArgument(3);
            assertThat(records).allMatch(visitor);
            return null;
        }).when(reader).read(Mockito.eq(PARTITION), Mockito.eq(5L), Mockito.eq(7L), Mockito.any());
        seen = started();

        assertThat(duplicates(poll(7, "a", "b"))).as("b was replayed").containsExactly(7L);
    }

    @Test
    void remembersTheNewestEvents() {
        String[] ids = IntStream.rangeClosed(0, SeenEvents.MOST_IDS).mapToObj(String::valueOf).toArray(String[]::new);
        commit(poll(0, ids));

        assertThat(committed().metadata()).as("the window before the poll").isEqualTo("{\"from\":0}");
        assertThat(duplicates(poll(ids.length, "0", "1"))).containsExactly(ids.length + 1L);
    }

    @Test
    void neverMarksReplayedEvents() {
        commit(poll(0, "a"));
        PolledPartition replayed = PolledRecords.partition(consumer, PARTITION, PolledRecords.record(PARTITION, 1, 0, null, "a", REPLAYED));

        assertThat(duplicates(marked(replayed))).isEmpty();
    }

    private PolledPartition poll(long offset, String... ids) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String id : ids) {
            records.add(PolledRecords.record(PARTITION, offset + records.size(), id));
        }
        return marked(new PolledPartition(consumer, PARTITION, records));
    }

    private PolledPartition marked(PolledPartition partition) {
        partition.records().forEach(record -> record.setEvent(event(new String(record.value()))));
        seen.markDuplicates(partition);
        return partition;
    }

    private static UserEvent event(String id) {
        return new UserEvent(id, Instant.EPOCH, UserEvent.Action.LOGOUT, 1L, "x", null, null, null);
    }

    /** Commits up to the first record that is still to be handled; all if none is done. */
    private void commit(PolledPartition partition) {
        if (partition.records().stream().noneMatch(ConsumedRecord::isDone)) {
            partition.pending().forEach(ConsumedRecord::markDone);
        }
        long next = partition.reachedOffset();
        consumer.commitSync(Map.of(PARTITION, partition.commit(next)));
        partition.setCommitted(next);
    }

    private OffsetAndMetadata committed() {
        return consumer.committed(Set.of(PARTITION)).get(PARTITION);
    }

    private static List<Long> duplicates(PolledPartition partition) {
        return partition.records().stream().filter(ConsumedRecord::isDuplicate).map(record -> record.origin().offset()).toList();
    }
}
