package dev.tidewatch.deadletters;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A replay under way: which letters it is about, how far it has come, and what it has done. */
public final class Replay {

    private final String origin;
    private final List<DeadLetterRange> ranges;
    private final NavigableSet<Long> offsets;
    /** Partition to the offset of the first letter that has not been looked at. */
    private final Map<Integer, Long> next = new HashMap<>();
    private final int limit;
    private int replayed;
    private int stayed;
    private boolean exhausted;

    /**
     * A replay that begins.
     *
     * @param origin  the topic that the letters come from
     * @param ranges  what the partitions hold when it begins; it goes no further
     * @param offsets the only letters that it is about, of the one partition; empty for all
     * @param limit   how many letters it sends at most
     */
    Replay(String origin, List<DeadLetterRange> ranges, Collection<Long> offsets, int limit) {
        this.origin = origin;
        this.ranges = ranges;
        this.offsets = new TreeSet<>(offsets);
        this.limit = limit;
    }

    /** The dead-letter topic. */
    public String topic() {
        return DeadLetterPublisher.topicOf(origin);
    }

    String origin() {
        return origin;
    }

    List<DeadLetterRange> ranges() {
        return ranges;
    }

    /** What has not been looked at yet. */
    List<DeadLetterRange> ahead() {
        if (offsets.isEmpty()) {
            return ranges.stream().map(range -> range.from(next.getOrDefault(range.partition(), range.first())))
                    .filter(range -> range.size() > 0).toList();
        }
        DeadLetterRange only = ranges.get(0);
        return offsets.tailSet(next.getOrDefault(only.partition(), 0L)).stream().map(only::at).toList();
    }

    /** How many letters it may still send. */
    int remaining() {
        return limit - replayed;
    }

    boolean isUnfinished() {
        return !exhausted && remaining() > 0 && !ahead().isEmpty();
    }

    /** Notes that nothing more is there to look at. */
    void exhaust() {
        exhausted = true;
    }

    void lookedAt(ConsumerRecord<byte[], byte[]> letter) {
        next.put(letter.partition(), letter.offset() + 1);
    }

    void addReplayed(int letters) {
        replayed += letters;
    }

    void addStayed() {
        stayed++;
    }

    int replayed() {
        return replayed;
    }

    int stayed() {
        return stayed;
    }
}
