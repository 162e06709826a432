package dev.tidewatch.consumer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Polls without a broker. */
public final class PolledRecords {

    private PolledRecords() {
    }

    @SafeVarargs
    static PolledPartition partition(Consumer<?, ?> consumer, TopicPartition partition, ConsumerRecord<byte[], byte[]>... records) {
        return new PolledPartition(consumer, partition, List.of(records));
    }

    static Poll poll(Consumer<?, ?> consumer, PolledPartition... partitions) {
        return new Poll(consumer, Arrays.asList(partitions), System::nanoTime);
    }

    /** A poll of records of one partition with consecutive offsets. */
    public static Poll poll(Consumer<?, ?> consumer, TopicPartition partition, long offset, String... values) {
        return poll(consumer, new PolledPartition(consumer, partition, IntStream.range(0, values.length)
                .mapToObj(i -> record(partition, offset + i, 1_700_000_000_000L, null, values[i], new RecordHeaders())).toList()));
    }

    /** A record whose key and value may be null. */
    static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset, long timestamp, String key, String value,
            Headers headers) {
        return new ConsumerRecord<>(partition.topic(), partition.partition(), offset, timestamp, TimestampType.CREATE_TIME, -1, -1,
                key == null ? null : key.getBytes(), value == null ? null : value.getBytes(), headers, Optional.empty());
    }

    static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset, String value) {
        return record(partition, offset, 0, null, value, new RecordHeaders());
    }
}
