package dev.tidewatch.consumer;

import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a consumer group has handled and not committed of a partition. Thread-safe: the partition may move to another consumer. */
final class Progress {

    /** As {@code max.poll.interval.ms}, after which the step of a route is taken to hang. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(5).toNanos();

    private PolledPartition uncommitted;
    /** The records that a consumer handles now; null if none. */
    private PolledPartition handling;
    private long since;
    private int failures;
    private boolean isReported;
    /** Offset to timestamp of each handled record. The timestamp distinguishes a record from one in a recreated topic. */
    private final NavigableMap<Long, Long> handled = new TreeMap<>();

    /**
     * Begins records: marks those that were handled before an earlier attempt failed, and those replayed for another group.
     *
     * @return false if another consumer of this instance, which was too slow to keep the partition, still handles records of it
     */
    synchronized boolean begin(PolledPartition partition) {
        long now = System.nanoTime();
        if (handling != null && !handling.isOfSameConsumerAs(partition) && now - since < LONGEST_NANOS) {
            return false;
        }
        handling = partition;
        since = now;
        if (uncommitted != null) {
            uncommitted.records().stream().filter(record -> record.isDone() || record.isDuplicate())
                    .forEach(record -> handled.put(record.origin().offset(), record.timestamp()));
        }
        uncommitted = partition;
        handled.headMap(partition.firstOffset()).clear();
        for (ConsumedRecord record : partition.records()) {
            if (isHandled(record) || record.isReplayedForAnotherGroupThan(partition.groupId())) {
                record.markDone();
            }
        }
        return true;
    }

    /** Ends an attempt. */
    synchronized void end(PolledPartition partition) {
        if (handling == partition) {
            handling = null;
        }
    }

    private boolean isHandled(ConsumedRecord record) {
        if (handled.isEmpty()) {
            return false;
        }
        Long timestamp = handled.get(record.origin().offset());
        return timestamp != null && timestamp == record.timestamp();
    }

    /**
     * Takes a commit of records.
     *
     * @return whether a failure was reported before
     */
    synchronized boolean committed(long offset) {
        handled.headMap(offset).clear();
        failures = 0;
        boolean wasReported = isReported;
        isReported = false;
        return wasReported;
    }

    /**
     * Takes a failed attempt.
     *
     * @param isNews whether the failure is worth a line
     * @return whether it is the first such failure since the last commit
     */
    synchronized boolean failed(boolean isNews) {
        failures++;
        boolean isFirst = isNews && !isReported;
        isReported |= isNews;
        return isFirst;
    }

    /** Forgets the records of the last attempt, because all of them are committed. */
    synchronized void forget() {
        uncommitted = null;
    }

    synchronized boolean isEmpty() {
        return uncommitted == null && handled.isEmpty();
    }

    synchronized int failures() {
        return failures;
    }
}
