package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.Watermark;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.PartitionReader;
import dev.tidewatch.kafka.TopicNames;
import dev.tidewatch.support.CapturedLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

class AppliedWatermarksTest {

    private static final TopicPartition PARTITION = new TopicPartition("changes", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final Map<TopicPartition, OffsetAndMetadata> committedByLogRoute = new HashMap<>();
    private final KafkaClients kafka = new KafkaClients(new DefaultCamelContext()) {
        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(String groupId, String topic) {
            assertThat(List.of(groupId, topic)).containsExactly("log-database-changes", "changes");
            return committedByLogRoute;
        }
    };
    private final PartitionReader reader = Mockito.mock(PartitionReader.class);
    private final CanalJsonDecoder decoder = new CanalJsonDecoder();
    private final Positions positions = new Positions(new ConsumerCounts(new SimpleMeterRegistry()));
    private final List<Long> learned = new ArrayList<>();
    private AppliedWatermarks applied = started();

    private AppliedWatermarks started() {
        return new AppliedWatermarks(decoder, reader, kafka, (watermark, origin) -> learned.add(watermark.watermarkTs()),
                new ObjectMapper(), new TopicNames("events", "changes"));
    }

    @BeforeEach
    void assign() {
        consumer.assign(List.of(PARTITION));
        consumer.updateEndOffsets(Map.of(PARTITION, 1000L));
    }

    @SafeVarargs
    private void returnRecords(long from, long to, ConsumerRecord<byte[], byte[]>... records) {
        Mockito.doAnswer(read -> {
            Predicate<ConsumerRecord<byte[], byte[]>> visitor = read.getArgument(3);
            assertThat(records).allMatch(visitor);
            return null;
        }).when(reader).read(Mockito.eq(PARTITION), Mockito.eq(from), Mockito.eq(to), Mockito.any());
    }

    @Test
    void marksDuplicatesBelowTheWatermarkAndSinceIt() throws Exception {
        PolledPartition poll = poll(10, change(100, 1), watermark(101), change(100, 1), change(102, 3), change(102, 3), change(102, 4));

        applied.markDuplicates(poll);

        assertThat(duplicates(poll)).containsExactly(12L, 14L);
        assertThat(offsets(poll.pending())).as("a watermark needs no work").containsExactly(10L, 13L, 15L);
        assertThat(learned).containsExactly(101L);
        commit(poll);
        assertThat(committed()).isEqualTo(new OffsetAndMetadata(16, "{\"watermark\":101,\"from\":10}"));
    }

    @Test
    void bug03HandlesUnseenChangesBelowTheWatermarkAndWarns() throws Exception {
        CapturedLog log = CapturedLog.open();
        try {
            PolledPartition poll = poll(10, change(200, 1), watermark(300), change(100, 2), change(100, 3), change(301, 4));

            applied.markDuplicates(poll);
            positions.handled(poll);

            assertThat(offsets(poll.pending())).as("four lines").containsExactly(10L, 12L, 13L, 14L);
            assertThat(log.lines(CapturedLog.where("level", "WARN"))).singleElement()
                    .satisfies(line -> assertThat(line.path("message").asText()).contains(
                            "in changes-0 that are older than the watermark, and that it has not seen: 2."));
        } finally {
            log.close();
        }
    }

    @Test
    void bug02CommittedWatermarkOfTheFutureIsNotApplied() throws Exception {
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(10, "{\"watermark\":1075431289651200000,\"from\":10}")));

        PolledPartition poll = poll(10, change(100, 1), watermark(101));
        applied.markDuplicates(poll);

        assertThat(offsets(poll.pending())).containsExactly(10L);
        commit(poll);
        assertThat(committed()).as("heals").isEqualTo(new OffsetAndMetadata(12, "{\"watermark\":101,\"from\":10}"));
        assertThat(poll.hasRefusedCommittedWatermark()).isTrue();
    }

    @Test
    void continuesWithTheNextPollWithoutReadingBack() throws Exception {
        PolledPartition first = poll(10, change(100, 1));
        applied.markDuplicates(first);
        commit(first);
        PolledPartition second = poll(11, change(100, 1), watermark(200));
        applied.markDuplicates(second);
        commit(second);

        assertThat(duplicates(second)).containsExactly(11L);
        assertThat(committed()).isEqualTo(new OffsetAndMetadata(13, "{\"watermark\":200,\"from\":10}"));
        Mockito.verifyNoInteractions(reader);
    }

    @Test
    void retryStartsFromTheCommittedState() throws Exception {
        applied.markDuplicates(poll(10, change(100, 1)));
        PolledPartition retried = poll(10, change(100, 1));
        applied.markDuplicates(retried);

        assertThat(duplicates(retried)).isEmpty();
    }

    @Test
    void rebuildsTheCommittedStateAfterARestart() throws Exception {
        PolledPartition before = poll(10, watermark(99), change(100, 1), change(100, 2));
        applied.markDuplicates(before);
        commit(before);
        returnRecords(11, 13, raw(11, change(100, 1)), raw(12, change(100, 2)), raw(12, "?"));
        applied = started();

        PolledPartition after = poll(13, change(100, 2), change(98, 9), change(100, 5));
        applied.markDuplicates(after);

        assertThat(duplicates(after)).containsExactly(13L);
    }

    @Test
    void startsOverAfterASeek() throws Exception {
        PolledPartition first = poll(10, change(100, 1), watermark(200));
        applied.markDuplicates(first);
        commit(first);
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(10, "")));

        PolledPartition reset = poll(10, change(100, 1));
        applied.markDuplicates(reset);

        assertThat(duplicates(reset)).isEmpty();
    }

    @Test
    void bug04StartsANewWindowWhenTheCommittedOffsetIsBeyondTheEnd() throws Exception {
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(5000, "{\"watermark\":200,\"from\":4990}")));
        consumer.updateEndOffsets(Map.of(PARTITION, 5L));

        PolledPartition poll = poll(0, change(100, 1), change(201, 2));
        applied.markDuplicates(poll);

        assertThat(duplicates(poll)).isEmpty();
        Mockito.verifyNoInteractions(reader);
    }

    /** The partition has grown beyond the committed offset since the consumer jumped back. */
    @Test
    void bug04StartsANewWindowWhenTheConsumerJumpedBack() throws Exception {
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(3, "{\"watermark\":200,\"from\":0}")));

        PolledPartition poll = poll(0, change(100, 1), change(201, 2));
        poll.setReset(true);
        applied.markDuplicates(poll);

        assertThat(duplicates(poll)).isEmpty();
        Mockito.verifyNoInteractions(reader);
    }

    @Test
    void startsOverWithForeignMetadata() throws Exception {
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(10, "somebody's")));

        PolledPartition poll = poll(10, change(100, 1));
        applied.markDuplicates(poll);

        assertThat(duplicates(poll)).isEmpty();
        Mockito.verifyNoInteractions(reader);
    }

    @Test
    void neverMarksReplayedChanges() throws Exception {
        PolledPartition poll = decoded(PolledRecords.partition(consumer, PARTITION, PolledRecords.record(PARTITION, 10, null),
                PolledRecords.record(PARTITION, 11, 0, null, null,
                        new RecordHeaders().add(ConsumedRecord.REPLAYS_HEADER, "1".getBytes()))),
                watermark(200), change(100, 1));

        applied.markDuplicates(poll);

        assertThat(duplicates(poll)).isEmpty();
    }

    @Test
    void reportsWatermarksOfTheConfiguredTopicOnly() throws Exception {
        TopicPartition other = new TopicPartition("other", 0);
        consumer.assign(List.of(other));
        PolledPartition poll = decoded(PolledRecords.partition(consumer, other, PolledRecords.record(other, 1, null)),
                new Watermark(101, Instant.EPOCH));

        applied.markDuplicates(poll);

        assertThat(learned).isEmpty();
        assertThat(poll.pending()).isEmpty();
    }

    @Test
    void findsTheLowestCommittedWatermark() {
        assertThat(applied.lowestCommitted()).isEmpty();
        committedByLogRoute.put(PARTITION, new OffsetAndMetadata(1, "{\"watermark\":7,\"from\":1}"));
        committedByLogRoute.put(new TopicPartition("changes", 1), new OffsetAndMetadata(1, "{\"watermark\":5,\"from\":1}"));
        committedByLogRoute.put(new TopicPartition("changes", 2), new OffsetAndMetadata(1, "{\"watermark\":0,\"from\":1}"));
        committedByLogRoute.put(new TopicPartition("changes", 3), new OffsetAndMetadata(1, ""));
        committedByLogRoute.put(new TopicPartition("changes", 4), new OffsetAndMetadata(1, "somebody's"));
        committedByLogRoute.put(new TopicPartition("changes", 5),
                new OffsetAndMetadata(1, "{\"watermark\":9223372036854775807,\"from\":1}"));
        assertThat(applied.lowestCommitted()).hasValue(5);
    }

    private PolledPartition poll(long offset, Object... values) throws Exception {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            records.add(PolledRecords.record(PARTITION, offset + i, null));
        }
        return decoded(new PolledPartition(consumer, PARTITION, records), values);
    }

    private PolledPartition decoded(PolledPartition poll, Object... values) throws Exception {
        for (int i = 0; i < values.length; i++) {
            poll.records().get(i).setEvent(values[i] instanceof String text ? decoder.decode(text.getBytes()) : values[i]);
        }
        return poll;
    }

    private void commit(PolledPartition poll) {
        poll.records().forEach(record -> {
            if (!record.isDuplicate()) {
                record.markDone();
            }
        });
        long next = poll.reachedOffset();
        consumer.commitSync(Map.of(poll.partition(), poll.commit(next)));
        poll.setCommitted(next);
    }

    private OffsetAndMetadata committed() {
        return consumer.committed(Set.of(PARTITION)).get(PARTITION);
    }

    private static List<Long> duplicates(PolledPartition poll) {
        return offsets(poll.records().stream().filter(ConsumedRecord::isDuplicate).toList());
    }

    private static List<Long> offsets(List<ConsumedRecord> records) {
        return records.stream().map(record -> record.origin().offset()).toList();
    }

    private static Watermark watermark(long ts) {
        return new Watermark(ts, Instant.EPOCH);
    }

    private static String change(long commitTs, int id) {
        return """
                {"id":0,"database":"shop","table":"orders","pkNames":["id"],"isDdl":false,"type":"INSERT","es":1786358942713,"ts":1,\
                "sql":"","sqlType":{"id":4},"mysqlType":{"id":"int"},"old":null,"data":[{"id":"%d"}],"_tidb":{"commitTs":%d}}"""
                .formatted(id, commitTs);
    }

    private static ConsumerRecord<byte[], byte[]> raw(long offset, String value) {
        return new ConsumerRecord<>("changes", 0, offset, null, value.getBytes());
    }
}
