package dev.tidewatch.changefeed;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Knows whether the checkpoint is stalled. TiCDC's state stays {@code normal} while Kafka or TiKV are away, so nothing else tells. */
final class CheckpointWatch {

    private final Duration patience;
    private final Clock clock;
    private long newest;
    private volatile Instant movedAt;
    private volatile boolean stalled;

    /** @param patience how long a checkpoint may stand still */
    CheckpointWatch(Duration patience, Clock clock) {
        this.patience = patience;
        this.clock = clock;
        this.movedAt = clock.instant();
    }

    /** Begins anew: the checkpoint has moved just now. */
    void restart() {
        movedAt = clock.instant();
    }

    /**
     * Takes the newest checkpoint known.
     *
     * @return whether it is stalled now and was not before, or the other way round
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

    /** Whether it has not moved for longer than it may. */
    boolean isOverdue() {
        return !clock.instant().isBefore(movedAt.plus(patience));
    }

    /** Whether it was overdue at the last update. */
    boolean isStalled() {
        return stalled;
    }

    /** When it moved last; before the first checkpoint, when the watch began. */
    Instant movedAt() {
        return movedAt;
    }
}
