package dev.tidewatch.consumer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/** Detects partitions that have records but do not advance. Confined to one thread. */
final class StallWatch {

    private final Duration stalledAfter;
    private final Clock clock;
    private final Map<Key, Watched> partitions = new HashMap<>();

    /** A partition as one route reads it. */
    record Key(String routeId, TopicPartition partition) {
    }

    private static final class Watched {

        private long next;
        private Instant since;
        private boolean stalled;
        /** The end of a partition without records before it, for example behind the marker of a transaction. */
        private long emptyTo = PartitionPosition.NONE;

        private void restart(Instant now) {
            since = now;
            stalled = false;
            emptyTo = PartitionPosition.NONE;
        }
    }

    StallWatch(Duration stalledAfter, Clock clock) {
        this.stalledAfter = stalledAfter;
        this.clock = clock;
    }

    /**
     * Takes the current offsets of a partition.
     *
     * @param next       the offset of the next record to handle
     * @param end        the offset after the last record
     * @param hasRecords whether there is a record between both; asked once when the partition has not advanced for too long
     * @return since when the partition is stalled; empty if it is not
     */
    Optional<Instant> update(Key key, long next, long end, BooleanSupplier hasRecords) {
        Instant now = clock.instant();
        Watched watched = partitions.computeIfAbsent(key, created -> new Watched());
        boolean hasNewRecords = watched.emptyTo != PartitionPosition.NONE && watched.emptyTo != end;
        if (watched.since == null || watched.next != next || next >= end || hasNewRecords) {
            watched.next = next;
            watched.restart(now);
        } else if (watched.emptyTo == PartitionPosition.NONE && !watched.stalled && !now.isBefore(watched.since.plus(stalledAfter))) {
            watched.stalled = hasRecords.getAsBoolean();
            watched.emptyTo = watched.stalled ? PartitionPosition.NONE : end;
        }
        return watched.stalled ? Optional.of(watched.since) : Optional.empty();
    }

    /** Restarts the time of all partitions that are not stalled, because no consumer could advance. */
    void restart() {
        Instant now = clock.instant();
        partitions.values().stream().filter(watched -> !watched.stalled).forEach(watched -> watched.restart(now));
    }

    /** Forgets all other partitions. */
    void retain(Set<Key> keys) {
        partitions.keySet().retainAll(keys);
    }
}
