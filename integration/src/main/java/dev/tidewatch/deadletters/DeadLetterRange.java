package dev.tidewatch.deadletters;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A range of offsets in a partition of a dead-letter topic.
 *
 * @param topic     the dead-letter topic
 * @param first     the first offset
 * @param last      the last offset; {@code first - 1} when the range is empty
 * @param since     no dead letter of the range is older
 */
public record DeadLetterRange(String topic, int partition, long first, long last, Instant since) {

    /** The range that holds only this dead letter. */
    static DeadLetterRange of(ConsumerRecord<byte[], byte[]> deadLetter) {
        return new DeadLetterRange(deadLetter.topic(), deadLetter.partition(), deadLetter.offset(), deadLetter.offset(), Instant.EPOCH);
    }

    /** The number of offsets. */
    long size() {
        return last - first + 1;
    }

    TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }

    boolean isFollowedBy(DeadLetterRange other) {
        return other.topicPartition().equals(topicPartition()) && other.first() == last + 1;
    }

    /** The part that begins at an offset. */
    DeadLetterRange from(long offset) {
        return new DeadLetterRange(topic, partition, offset, last, since);
    }

    /** The part that ends at an offset. */
    DeadLetterRange until(long offset) {
        return new DeadLetterRange(topic, partition, first, offset, since);
    }

    /** The same range with another {@code since}. */
    DeadLetterRange withSince(Instant time) {
        return new DeadLetterRange(topic, partition, first, last, time);
    }

    /** The range of a single offset. */
    DeadLetterRange at(long offset) {
        return new DeadLetterRange(topic, partition, offset, offset, since);
    }
}
