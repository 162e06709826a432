package dev.tidewatch.consumer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongConsumer;

/** Counts what a consumer drops. Reports the first at once, and then the sum of the next ones at most once a minute. Thread-safe. */
public final class Tally {

    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    private final Clock clock;
    private final LongConsumer line;
    private long total;
    private long unreported;
    private Instant nextLine = Instant.MIN;

    /**
     * A tally that is zero.
     *
     * @param line writes a line for a number of records
     */
    public Tally(Clock clock, LongConsumer line) {
        this.clock = clock;
        this.line = line;
    }

    /** Adds records, and reports them if a line is due. */
    public synchronized void add(long records) {
        total += records;
        unreported += records;
        report();
    }

    /** Reports what has been added since the last line, if a line is due. */
    public synchronized void report() {
        Instant now = clock.instant();
        if (unreported > 0 && !now.isBefore(nextLine)) {
            line.accept(unreported);
            unreported = 0;
            nextLine = now.plus(BETWEEN_LINES);
        }
    }

    /** All records since the start of this instance. */
    public synchronized long total() {
        return total;
    }
}
