package dev.tidewatch.changes;

import java.time.Instant;

/**
 * TiCDC's guarantee for one partition: every change with a lower commitTs has been sent, and any that follows is a duplicate. Sent about
 * once a second per partition, also when nothing changes, and only with {@code enable-tidb-extension}.
 *
 * @param watermarkTs a TSO, above 2^53
 * @param time the same time in milliseconds
 */
public record Watermark(long watermarkTs, Instant time) implements ChangeMessage {

    private static final int LOGICAL_BITS_OF_A_TSO = 18;
    /** More than the clocks of PD and of the producer differ. */
    private static final long MOST_MILLIS_AHEAD = 600_000;

    /** The first TSO of a millisecond. */
    static long tso(long millis) {
        return millis << LOGICAL_BITS_OF_A_TSO;
    }

    /**
     * Whether a watermark cannot be true, because it is more than ten minutes later than its record. Every change until then would be below
     * it.
     *
     * @param millis the time of the record, in milliseconds since 1970
     */
    public static boolean isAhead(long watermarkTs, long millis) {
        return watermarkTs >> LOGICAL_BITS_OF_A_TSO > millis + MOST_MILLIS_AHEAD;
    }
}
