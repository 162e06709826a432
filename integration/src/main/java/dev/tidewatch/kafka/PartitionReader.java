package dev.tidewatch.kafka;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.springframework.stereotype.Component;

/** Re-reads records of a partition, outside of any consumer group. */
@Component
public class PartitionReader {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaClients kafka;

    PartitionReader(KafkaClients kafka) {
        this.kafka = kafka;
    }

    /**
     * Reads the records with offsets from {@code from} up to but not including {@code to}, without those that Kafka has deleted or does not
     * have yet. Holds no more than one poll of them.
     *
     * @param visitor receives each record, in order; reading stops when it returns false
     * @throws TimeoutException when the broker delivers nothing for ten seconds
     */
    public void read(TopicPartition partition, long from, long to, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
        try (Consumer<byte[], byte[]> consumer = kafka.newConsumer()) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            long end = Math.min(to, consumer.endOffsets(List.of(partition)).get(partition));
            long position = from;
            long giveUp = System.nanoTime() + TIMEOUT.toNanos();
            while (position < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() >= end || !visitor.test(record)) {
                        return;
                    }
                }
                // The position also moves past offsets without a record.
                long reached = consumer.position(partition);
                if (reached > position) {
                    position = reached;
                    giveUp = System.nanoTime() + TIMEOUT.toNanos();
                } else if (System.nanoTime() - giveUp > 0) {
                    throw new TimeoutException("The broker delivered no records of " + partition + " for ten seconds");
                }
            }
        }
    }

    /**
     * Whether there is a record with an offset from {@code from} up to but not including {@code to}.
     *
     * @throws TimeoutException when the broker delivers nothing for ten seconds
     */
    public boolean hasRecords(TopicPartition partition, long from, long to) {
        boolean[] found = {false};
        read(partition, from, to, record -> {
            found[0] = true;
            return false;
        });
        return found[0];
    }
}
