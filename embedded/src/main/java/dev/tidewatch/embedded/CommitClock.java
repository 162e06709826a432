package dev.tidewatch.embedded;

import java.util.HashMap;
import java.util.Map;

/**
 * Assigns each transaction its {@code commitTs}, a TSO like TiDB's: milliseconds shifted left by 18 bits. The binlog has a resolution of
 * one second; the lower bits contain the number of the transaction (low 27 bits of the GTID's sequence), which preserves the order. Not
 * thread-safe.
 */
final class CommitClock {

    /** One second of a TSO, larger than any masked sequence number. */
    private static final long SECOND = 1000L << 18;
    private static final long SEQUENCE_MASK = (1L << 27) - 1;

    private final Map<Long, Long> known = new HashMap<>();
    private long seconds;
    private long lastWatermark;

    /** Restores the commitTs of a transaction that an earlier run sent at least in part: when resent, it must have the same commitTs. */
    void restore(long commitTs) {
        seconds = Math.max(seconds, commitTs / SECOND);
        known.put(commitTs % SECOND, commitTs);
    }

    void restoreWatermark(long watermark) {
        seconds = Math.max(seconds, watermark / SECOND);
        lastWatermark = Math.max(lastWatermark, watermark);
    }

    long commitTs(long sequence, long binlogSeconds) {
        Long sent = known.get(sequence & SEQUENCE_MASK);
        if (sent != null) {
            return sent;
        }
        // The binlog has the time at which a statement started; after a long wait for a lock, that is before its predecessor's.
        seconds = Math.max(seconds, binlogSeconds);
        return seconds * SECOND + (sequence & SEQUENCE_MASK);
    }

    /** A TSO below that of every transaction with a number above {@code sequence} and no commitTs so far. */
    long watermark(long sequence, long databaseSeconds) {
        seconds = Math.max(seconds, databaseSeconds);
        lastWatermark = Math.max(lastWatermark, databaseSeconds * SECOND + (sequence & SEQUENCE_MASK));
        return lastWatermark;
    }

    /** The number of the last transaction that the last watermark covers; 0 without a watermark. */
    long completedSequence() {
        return lastWatermark % SECOND;
    }

    static long milliseconds(long tso) {
        return tso >> 18;
    }
}
