package dev.tidewatch.deadletters;

import dev.tidewatch.kafka.Topics;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A running replay: the dead letters it covers, its position and its result so far. */
public final class Replay {

    private final String origin;
    private final List<DeadLetterRange> ranges;
    private final NavigableSet<Long> offsets;
    /** Partition to the first offset that has not been visited. */
    private final Map<Integer, Long> next = new HashMap<>();
    private final int limit;
    private int replayed;
    private int skipped;
    private int incomplete;
    private boolean exhausted;

    /**
     * A new replay.
     *
     * @param origin  the topic of the original records
     * @param ranges  what to replay: the contents of the partitions at this time
     * @param offsets the only offsets to replay, in the only range; empty for all
     * @param limit   how many dead letters to send at most
     */
    Replay(String origin, List<DeadLetterRange> ranges, Collection<Long> offsets, int limit) {
        this.origin = origin;
        this.ranges = ranges;
        this.offsets = new TreeSet<>(offsets);
        this.limit = limit;
    }

    /** The dead-letter topic. */
    public String topic() {
        return Topics.deadLetterTopic(origin);
    }

    String origin() {
        return origin;
    }

    List<DeadLetterRange> ranges() {
        return ranges;
    }

    /** The ranges that have not been visited. */
    List<DeadLetterRange> ahead() {
        if (offsets.isEmpty()) {
            return ranges.stream().map(range -> range.from(next.getOrDefault(range.partition(), range.first())))
                    .filter(range -> range.size() > 0).toList();
        }
        DeadLetterRange only = ranges.get(0);
        return offsets.tailSet(next.getOrDefault(only.partition(), 0L)).stream().map(only::at).toList();
    }

    /** How many more dead letters it may send. */
    int remaining() {
        return limit - replayed;
    }

    boolean hasMore() {
        return !exhausted && remaining() > 0 && !ahead().isEmpty();
    }

    /** Ends the replay, because Kafka has deleted the rest. */
    void exhaust() {
        exhausted = true;
    }

    void visited(ConsumerRecord<byte[], byte[]> deadLetter) {
        next.put(deadLetter.partition(), deadLetter.offset() + 1);
    }

    void addReplayed(int deadLetters) {
        replayed += deadLetters;
    }

    void addSkipped() {
        skipped++;
    }

    /** Skips a dead letter without the value of its record. */
    void addIncomplete() {
        skipped++;
        incomplete++;
    }

    int incomplete() {
        return incomplete;
    }

    int replayed() {
        return replayed;
    }

    int skipped() {
        return skipped;
    }
}
