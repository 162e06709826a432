package dev.tidewatch.changefeed;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Knows whether the checkpoint stands still. Its state stays {@code normal} while Kafka or TiKV are away, so nothing else tells. */
final class CheckpointWatch {

    private final Duration patience;
    private final Clock clock;
    private long newest;
    private volatile Instant since;
    private volatile boolean still;

    /** @param patience how long a checkpoint may stand */
    CheckpointWatch(Duration patience, Clock clock) {
        this.patience = patience;
        this.clock = clock;
        this.since = clock.instant();
    }

    /** Begins anew: the checkpoint has moved just now. */
    void restart() {
        since = clock.instant();
    }

    /**
     * Takes the newest checkpoint known.
     *
     * @return whether it has come to stand still, or to move again, with this
     */
    boolean changesWith(long checkpointTs) {
        if (checkpointTs > newest) {
            newest = checkpointTs;
            since = clock.instant();
        }
        boolean before = still;
        still = isOverdue();
        return still != before;
    }

    /** Whether it has not moved for longer than it may. */
    boolean isOverdue() {
        return !clock.instant().isBefore(since.plus(patience));
    }

    boolean isStill() {
        return still;
    }

    /** When it moved last; before the first checkpoint, when the watch began. */
    Instant since() {
        return since;
    }
}
