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

/** Reads dead-letter topics; for one thread, which closes it. */
final class DeadLetterReader implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;

    DeadLetterReader(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** What the partitions of a topic hold now, in their order; nothing when there is no such topic. */
    List<DeadLetterRange> ranges(String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(PartitionInfo::partition).sorted()
                .map(partition -> new TopicPartition(topic, partition)).toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        return partitions.stream().map(partition -> new DeadLetterRange(
                topic, partition.partition(), begins.get(partition), ends.get(partition) - 1, Instant.EPOCH)).toList();
    }

    /**
     * Reads one letter, and nothing else.
     *
     * @return empty when there is none, or none any more
     * @throws TimeoutException when nothing comes for three seconds
     */
    Optional<ConsumerRecord<byte[], byte[]>> find(String topic, int partition, long offset) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        ranges(topic).stream().filter(range -> range.partition() == partition && range.first() <= offset && offset <= range.last())
                .forEach(range -> read(range.at(offset), found::add));
        return found.stream().findFirst();
    }

    /**
     * Reads the letters of a range, in order, for as long as the reader wants more.
     *
     * @param wantsMore takes a letter; false ends the reading
     * @throws TimeoutException when nothing comes for three seconds
     */
    void read(DeadLetterRange range, Predicate<ConsumerRecord<byte[], byte[]>> wantsMore) {
        consumer.assign(List.of(range.place()));
        consumer.seek(range.place(), range.first());
        long position = range.first();
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (position <= range.last()) {
            for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
                if (letter.offset() > range.last() || !wantsMore.test(letter)) {
                    return;
                }
            }
            // It also passes offsets that hold no record.
            long reached = consumer.position(range.place());
            if (reached > position) {
                position = reached;
                giveUp = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() - giveUp > 0) {
                throw new TimeoutException("No letter came from " + range.place());
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
