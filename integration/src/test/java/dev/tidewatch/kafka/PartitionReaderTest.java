package dev.tidewatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionReaderTest {

    private static final TopicPartition PARTITION = new TopicPartition("changes", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final PartitionReader reader = new PartitionReader(new KafkaClients(new DefaultCamelContext()) {
        @Override
        public Consumer<byte[], byte[]> newConsumer() {
            return consumer;
        }
    });
    private final List<String> steps = new ArrayList<>();

    @BeforeEach
    void holdRecords() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 4L));
        schedule(0, 1);
        schedule(2, 3);
    }

    private void schedule(long... offsets) {
        consumer.schedulePollTask(() -> {
            steps.add("poll");
            for (long offset : offsets) {
                consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, offset, 0, TimestampType.CREATE_TIME, 0, 0, null,
                        new byte[0], new RecordHeaders(), Optional.empty()));
            }
        });
    }

    @Test
    void bug18PassesTheRecordsOfAPollOnBeforeItReadsMore() {
        reader.read(PARTITION, 0, 4, this::visit);

        assertThat(steps).containsExactly("poll", "0", "1", "poll", "2", "3");
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void readsUpToAnOffset() {
        reader.read(PARTITION, 1, 3, this::visit);

        assertThat(steps).containsExactly("poll", "1", "poll", "2");
    }

    @Test
    void bug04EndsAtTheEndOfThePartition() {
        reader.read(PARTITION, 0, 5000, this::visit);
        assertThat(steps).containsExactly("poll", "0", "1", "poll", "2", "3");
    }

    @Test
    void bug04ReadsNothingBeyondTheEnd() {
        reader.read(PARTITION, 4990, 5000, this::visit);

        assertThat(steps).isEmpty();
    }

    @Test
    void stopsWhenAskedTo() {
        assertThat(reader.hasRecords(PARTITION, 0, 4)).isTrue();

        assertThat(steps).containsExactly("poll");
    }

    @Test
    void findsNoRecordInAnEmptyRange() {
        assertThat(reader.hasRecords(PARTITION, 4, 4)).isFalse();
    }

    private boolean visit(ConsumerRecord<byte[], byte[]> record) {
        return steps.add(String.valueOf(record.offset()));
    }
}
