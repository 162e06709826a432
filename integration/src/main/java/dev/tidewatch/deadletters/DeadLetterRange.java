package dev.tidewatch.events;

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
public record LetterRange(String topic, int partition, long first, long last, Instant since) {

    /** How many letters it holds. */
    long size() {
        return last - first + 1;
    }

    TopicPartition place() {
        return new TopicPartition(topic, partition);
    }

    boolean isFollowedBy(LetterRange other) {
        return other.place().equals(place()) && other.first() == last + 1;
    }

    /** The rest of it, from an offset on. */
    LetterRange from(long offset) {
        return new LetterRange(topic, partition, offset, last, since);
    }

    /** The beginning of it, up to an offset. */
    LetterRange until(long offset) {
        return new LetterRange(topic, partition, first, offset, since);
    }

    /** The same, when it is known since when its letters were written. */
    LetterRange withSince(Instant time) {
        return new LetterRange(topic, partition, first, last, time);
    }

    /** One letter of it. */
    LetterRange at(long offset) {
        return new LetterRange(topic, partition, offset, offset, since);
    }
}
