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

/** Reads records of a partition once more, beside every consumer group. */
@Component
public class PartitionReader {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaClients kafka;

    PartitionReader(KafkaClients kafka) {
        this.kafka = kafka;
    }

    /**
     * The records with offsets from {@code from} to before {@code to}, of which Kafka may have deleted the first.
     *
     * @throws TimeoutException when the broker does not send them within ten seconds
     */
    public List<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition, long from, long to) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            Instant end = Instant.now().plus(PATIENCE);
            while (consumer.position(partition) < to) {
                if (Instant.now().isAfter(end)) {
                    throw new TimeoutException("The broker sends nothing of " + partition);
                }
                consumer.poll(Duration.ofMillis(100)).records(partition).stream()
                        .filter(record -> record.offset() < to).forEach(records::add);
            }
        }
        return records;
    }
}
