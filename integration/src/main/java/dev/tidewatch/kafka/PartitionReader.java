package dev.tidewatch.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.springframework.stereotype.Component;

/** Re-reads records of a partition, outside of any consumer group. */
@Component
public class PartitionReader {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final KafkaClients kafka;

    PartitionReader(KafkaClients kafka) {
        this.kafka = kafka;
    }

    /**
     * The records with offsets from {@code from} up to but not including {@code to}, without those that Kafka has deleted.
     *
     * @throws TimeoutException when the broker does not deliver them within ten seconds
     */
    public List<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition, long from, long to) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = kafka.newConsumer()) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            Instant end = Instant.now().plus(TIMEOUT);
            while (consumer.position(partition) < to) {
                if (Instant.now().isAfter(end)) {
                    throw new TimeoutException("The broker delivered no records of " + partition + " for ten seconds");
                }
                consumer.poll(Duration.ofMillis(100)).records(partition).stream()
                        .filter(record -> record.offset() < to).forEach(records::add);
            }
        }
        return records;
    }
}
