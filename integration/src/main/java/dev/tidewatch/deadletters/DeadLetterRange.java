package dev.tidewatch.deadletters;

import java.time.Instant;
import org.apache.kafka.common.TopicPartition;

/**
 * A stretch of a partition of a dead-letter topic.
 *
 * @param topic     the dead-letter topic
 * @param partition its partition
 * @param first     the offset of its first letter
 * @param last      the offset of its last letter; {@code first - 1} when it holds none
 * @param since     none of its letters was written before
 */
public record DeadLetterRange(String topic, int partition, long first, long last, Instant since) {

    /** How many letters it holds. */
    long size() {
        return last - first + 1;
    }

    TopicPartition place() {
        return new TopicPartition(topic, partition);
    }

    boolean isFollowedBy(DeadLetterRange other) {
        return other.place().equals(place()) && other.first() == last + 1;
    }

    /** The rest of it, from an offset on. */
    DeadLetterRange from(long offset) {
        return new DeadLetterRange(topic, partition, offset, last, since);
    }

    /** The beginning of it, up to an offset. */
    DeadLetterRange until(long offset) {
        return new DeadLetterRange(topic, partition, first, offset, since);
    }

    /** The same, when it is known since when its letters were written. */
    DeadLetterRange withSince(Instant time) {
        return new DeadLetterRange(topic, partition, first, last, time);
    }

    /** One letter of it. */
    DeadLetterRange at(long offset) {
        return new DeadLetterRange(topic, partition, offset, offset, since);
    }
}
