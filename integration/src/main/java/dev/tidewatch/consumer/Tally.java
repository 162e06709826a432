package dev.tidewatch.consumer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongConsumer;

/** Counts what a consumer drops. Reports the first at once, and then the sum of the next ones at most once a minute. Thread-safe. */
public final class Tally {

    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    private final Clock clock;
    private final LongConsumer sum;
    private long total;
    private long unreported;
    private Instant nextLine = Instant.MIN;

    /**
     * A tally of zero.
     *
     * @param sum writes a line about a number of records
     */
    public Tally(Clock clock, LongConsumer sum) {
        this.clock = clock;
        this.sum = sum;
    }

    /** Adds records, and reports them if a line is due. */
    public void add(long records) {
        add(records, () -> sum.accept(records));
    }

    /**
     * Adds records, and reports them if a line is due.
     *
     * @param line writes a line about these records; replaced by a sum if there are more
     */
    public synchronized void add(long records, Runnable line) {
        total += records;
        unreported += records;
        report(unreported == records ? line : () -> sum.accept(unreported));
    }

    /** Reports what has been added since the last line, if a line is due. */
    public synchronized void report() {
        if (unreported > 0) {
            report(() -> sum.accept(unreported));
        }
    }

    private void report(Runnable line) {
        Instant now = clock.instant();
        if (!now.isBefore(nextLine)) {
            line.run();
            unreported = 0;
            nextLine = now.plus(BETWEEN_LINES);
        }
    }

    /** All records since the start of this instance. */
    public synchronized long total() {
        return total;
    }
}
