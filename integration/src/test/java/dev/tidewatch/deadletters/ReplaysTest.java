package dev.tidewatch.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.TopicProperties;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class ReplaysTest {

    private static final TopicPartition PARTITION = new TopicPartition("x.dlq", 0);
    private static final Node NODE = new Node(0, "localhost", 1);

    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(
            new Cluster("cluster", List.of(NODE), List.of(partition("x", 0), partition("x", 1)), Set.of(), Set.of()),
            true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final KafkaClients kafka = new KafkaClients(new DefaultCamelContext()) {
        @Override
        public synchronized Producer<byte[], byte[]> producer() {
            return producer;
        }

        @Override
        public Consumer<byte[], byte[]> newConsumer() {
            return consumer();
        }
    };
    private final Replays replays = new Replays(null, kafka, new DeadLetterProperties(1000, 3),
            new TopicProperties(3, false, (short) 1, Duration.ofDays(7), Duration.ofDays(30), 10_485_760));
    private final List<ConsumerRecord<byte[], byte[]>> topic = new ArrayList<>();

    @Test
    void restoresTheOriginalRecord() throws Exception {
        ConsumerRecord<byte[], byte[]> deadLetter = deadLetter(5, "dead-letter.partition", "1", "dead-letter.group", "my-group",
                "dead-letter.replays", "2", "dead-letter.message", "why", "own", "1", "own", "2");

        List<Map<String, Object>> rows = replays.send(replay(10), List.of(deadLetter), List.of());

        ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
        assertThat(sent.topic()).isEqualTo("x");
        assertThat(sent.partition()).isEqualTo(1);
        assertThat(new String(sent.key())).isEqualTo("key 5");
        assertThat(new String(sent.value())).isEqualTo("value 5");
        assertThat(StreamSupport.stream(sent.headers().spliterator(), false).map(header -> header.key() + "=" + new String(header.value())))
                .containsExactly("own=1", "own=2", "dead-letter.group=my-group", "dead-letter.replays=3");
        assertThat(rows).singleElement().satisfies(row -> assertThat(row).containsEntry("topic", "x.dlq").containsEntry("partition", 0)
                .containsEntry("offset", 5L).containsKey("replayedAt"));
    }

    @Test
    void leavesPartitionToTheKeyWhenTheOriginalOneDoesNotExist() throws Exception {
        replays.send(replay(10), List.of(deadLetter(5, "dead-letter.partition", "2"), deadLetter(6)), List.of());

        assertThat(producer.history()).extracting(ProducerRecord::partition).containsExactly(null, null);
    }

    @Test
    void skipsReplayedOnesAndThoseAtTheLimit() throws Exception {
        Replay replay = replay(10);
        Instant before = Instant.ofEpochMilli(999);
        List<List<Map<String, Object>>> known = List.of(List.of(replayed(5, Instant.ofEpochMilli(1000)), replayed(6, before)));

        List<Map<String, Object>> rows = replays.send(replay,
                List.of(deadLetter(5), deadLetter(6), deadLetter(7, "dead-letter.replays", "3")), known);

        assertThat(rows).extracting(row -> row.get("offset")).as("the replay of 6 is older than the dead letter").containsExactly(6L);
        assertThat(List.of(replay.replayed(), replay.skipped())).containsExactly(1, 1);
        assertThat(replay.ahead()).isEmpty();
    }

    @Test
    void sendsABatchOrUpToTheLimit() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> many = LongStream.range(0, 250).mapToObj(offset -> deadLetter(offset)).toList();

        assertThat(replays.send(replay(1000), many, List.of())).hasSize(200);
        Replay limited = replay(3);
        assertThat(replays.send(limited, many, List.of())).hasSize(3);
        assertThat(limited.hasMore()).isFalse();
    }

    @Test
    void neverRecordsAReplayBeforeTheDeadLetterWasWritten() throws Exception {
        Instant future = Instant.ofEpochMilli(System.currentTimeMillis() + 3_600_000);
        ConsumerRecord<byte[], byte[]> ahead = new ConsumerRecord<>("x.dlq", 0, 5, future.toEpochMilli(),
                TimestampType.CREATE_TIME, 0, 0, null, new byte[0], new RecordHeaders(), Optional.empty());

        assertThat(replays.send(replay(10), List.of(ahead), List.of()).get(0)).containsEntry("replayedAt", future);
    }

    @Test
    void joinsOffsetsToRanges() {
        assertThat(replays.ranges(List.of(deadLetter(7), deadLetter(5), deadLetter(6), deadLetter(9))))
                .extracting(range -> range.first() + "-" + range.last()).containsExactly("5-7", "9-9");
    }

    @Test
    void readsTheNextDeadLetters() {
        LongStream.range(5, 8).forEach(offset -> topic.add(deadLetter(offset)));
        Replay replay = new Replay("x", List.of(new DeadLetterRange("x.dlq", 0, 5, 7, Instant.EPOCH)), List.of(5L, 7L), 10);

        List<ConsumerRecord<byte[], byte[]>> next = replays.next(replay);

        assertThat(next).extracting(ConsumerRecord::offset).containsExactly(5L, 7L);
        assertThat(replays.next(replay(10))).extracting(ConsumerRecord::offset).containsExactly(5L, 6L, 7L);
    }

    @Test
    void endsWhenKafkaHasDeletedTheRest() {
        topic.add(deadLetter(9));
        Replay replay = replay(10);

        assertThat(replays.next(replay)).isEmpty();
        assertThat(replay.hasMore()).isFalse();
    }

    @Test
    void findsOneDeadLetter() {
        LongStream.range(5, 8).forEach(offset -> topic.add(deadLetter(offset)));
        try (DeadLetterReader reader = new DeadLetterReader(consumer())) {
            assertThat(reader.ranges("x.dlq")).containsExactly(new DeadLetterRange("x.dlq", 0, 5, 7, Instant.EPOCH));
            assertThat(reader.find("x.dlq", 0, 7)).get().extracting(ConsumerRecord::offset).isEqualTo(7L);
        }
        try (DeadLetterReader reader = new DeadLetterReader(consumer())) {
            assertThat(reader.find("x.dlq", 0, 4)).isEmpty();
            assertThat(reader.find("x.dlq", 0, 8)).isEmpty();
            assertThat(reader.find("x.dlq", 1, 5)).isEmpty();
        }
    }

    @Test
    void countsTheRemainingDeadLetters() {
        Replay replay = new Replay("x", List.of(new DeadLetterRange("x.dlq", 0, 5, 7, Instant.EPOCH),
                new DeadLetterRange("x.dlq", 1, 5, 4, Instant.EPOCH)), List.of(), 10);
        replay.addReplayed(2);
        replay.addSkipped();

        assertThat(replays.scope(replay)).extracting(DeadLetterRange::partition).containsExactly(0);
        assertThat(replays.result(replay, List.of(2L))).isEqualTo(new Replays.Result(2, 1, 0, 1));
    }

    @Test
    void failsWhenKafkaRejectsARecord() {
        producer.sendException = new IllegalStateException("rejected");

        assertThatThrownBy(() -> replays.send(replay(10), List.of(deadLetter(5)), List.of())).hasMessage("rejected");
    }

    private static Replay replay(int limit) {
        return new Replay("x", List.of(new DeadLetterRange("x.dlq", 0, 5, 7, Instant.EPOCH)), List.of(), limit);
    }

    private static Map<String, Object> replayed(long offset, Instant time) {
        return Map.of("topic", "x.dlq", "partition", 0, "offset", offset, "replayedAt", LocalDateTime.ofInstant(time, ZoneOffset.UTC));
    }

    /** Written at 1000 ms. */
    private static ConsumerRecord<byte[], byte[]> deadLetter(long offset, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes());
        }
        return new ConsumerRecord<>("x.dlq", 0, offset, 1000, TimestampType.CREATE_TIME, 0, 0,
                ("key " + offset).getBytes(), ("value " + offset).getBytes(), all, Optional.empty());
    }

    private static PartitionInfo partition(String topic, int partition) {
        return new PartitionInfo(topic, partition, NODE, new Node[] {NODE}, new Node[] {NODE});
    }

    /** A consumer of the dead letters in {@link #topic}. */
    private MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
            @Override
            public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                topic.forEach(this::addRecord);
                return super.poll(timeout);
            }
        };
        consumer.updatePartitions("x.dlq", List.of(partition("x.dlq", 0)));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 5L));
        consumer.updateEndOffsets(Map.of(PARTITION, topic.get(topic.size() - 1).offset() + 1));
        return consumer;
    }
}
