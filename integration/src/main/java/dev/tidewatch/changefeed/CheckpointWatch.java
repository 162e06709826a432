package dev.tidewatch.changefeed;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Detects a stalled checkpoint: the only sign of trouble, because TiCDC's state stays {@code normal} while Kafka or TiKV is down. */
final class CheckpointWatch {

    private final Duration stalledAfter;
    private final Clock clock;
    private long newest;
    private volatile Instant movedAt;
    private volatile boolean stalled;

    CheckpointWatch(Duration stalledAfter, Clock clock) {
        this.stalledAfter = stalledAfter;
        this.clock = clock;
        this.movedAt = clock.instant();
    }

    /** Restarts the time, as if the checkpoint had advanced now. */
    void restart() {
        movedAt = clock.instant();
    }

    /**
     * Takes the current checkpoint.
     *
     * @return whether it has become stalled, or has ceased to be
     */
    boolean update(long checkpointTs) {
        if (checkpointTs > newest) {
            newest = checkpointTs;
            movedAt = clock.instant();
        }
        boolean before = stalled;
        stalled = isOverdue();
        return stalled != before;
    }

    /** Whether the checkpoint has not advanced for too long, now. */
    boolean isOverdue() {
        return !clock.instant().isBefore(movedAt.plus(stalledAfter));
    }

    /** Whether the checkpoint was overdue at the last update. */
    boolean isStalled() {
        return stalled;
    }

    /** When the checkpoint last advanced; before the first checkpoint, when the watch began. */
    Instant movedAt() {
        return movedAt;
    }
}
