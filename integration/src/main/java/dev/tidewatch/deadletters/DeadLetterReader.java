package dev.tidewatch.deadletters;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads dead-letter topics. Not thread-safe; closes its consumer. */
final class DeadLetterReader implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;

    DeadLetterReader(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** The current range of each partition of a topic, in partition order; empty when the topic does not exist. */
    List<DeadLetterRange> ranges(String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(PartitionInfo::partition).sorted()
                .map(partition -> new TopicPartition(topic, partition)).toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        return partitions.stream().map(partition -> new DeadLetterRange(
                topic, partition.partition(), begins.get(partition), ends.get(partition) - 1, Instant.EPOCH)).toList();
    }

    /**
     * Reads one dead letter.
     *
     * @return empty when there is none, or Kafka has deleted it
     * @throws TimeoutException when the broker delivers nothing for three seconds
     */
    Optional<ConsumerRecord<byte[], byte[]>> find(String topic, int partition, long offset) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        ranges(topic).stream().filter(range -> range.partition() == partition && range.first() <= offset && offset <= range.last())
                .forEach(range -> read(range.at(offset), found::add));
        return found.stream().findFirst();
    }

    /**
     * Reads the dead letters of a range in order.
     *
     * @param visitor receives each dead letter; reading stops when it returns false
     * @throws TimeoutException when the broker delivers nothing for three seconds
     */
    void read(DeadLetterRange range, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
        consumer.assign(List.of(range.topicPartition()));
        consumer.seek(range.topicPartition(), range.first());
        long position = range.first();
        long giveUp = System.nanoTime() + TIMEOUT.toNanos();
        while (position <= range.last()) {
            for (ConsumerRecord<byte[], byte[]> deadLetter : consumer.poll(POLL)) {
                if (deadLetter.offset() > range.last() || !visitor.test(deadLetter)) {
                    return;
                }
            }
            // The position also moves past offsets without a record.
            long reached = consumer.position(range.topicPartition());
            if (reached > position) {
                position = reached;
                giveUp = System.nanoTime() + TIMEOUT.toNanos();
            } else if (System.nanoTime() - giveUp > 0) {
                throw new TimeoutException("The broker delivered no records for three seconds from " + range.topicPartition());
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
