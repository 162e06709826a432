package dev.tidewatch.embedded;

import java.util.HashMap;
import java.util.Map;

/**
 * Gives every transaction its {@code commitTs}, a TSO as TiDB's: milliseconds shifted left by 18 bits. The binlog knows whole seconds; the
 * number of the transaction (low 27 bits of the GTID's sequence) fills the room below a second, so that order is kept. Not thread-safe.
 */
final class CommitClock {

    /** One second of a TSO; larger than any masked sequence number, so that both parts can be told apart again. */
    static final long SECOND = 1000L << 18;
    private static final long SEQUENCE_MASK = (1L << 27) - 1;

    private final Map<Long, Long> known = new HashMap<>();
    private long seconds;
    private long lastWatermark;

    /** A transaction that was sent, perhaps in part, by an earlier run: a resend must carry the same commitTs. */
    void remember(long commitTs) {
        seconds = Math.max(seconds, commitTs / SECOND);
        known.put(commitTs % SECOND, commitTs);
    }

    void rememberWatermark(long watermark) {
        seconds = Math.max(seconds, watermark / SECOND);
        lastWatermark = Math.max(lastWatermark, watermark);
    }

    long commitTs(long sequence, long binlogSeconds) {
        Long sent = known.get(sequence & SEQUENCE_MASK);
        if (sent != null) {
            return sent;
        }
        // A statement carries the time at which it began: after a long wait for a lock it lies before its predecessor's.
        seconds = Math.max(seconds, binlogSeconds);
        return seconds * SECOND + (sequence & SEQUENCE_MASK);
    }

    /** A promise: every transaction numbered above {@code sequence} that has no commitTs yet gets a larger one than this. */
    long watermark(long sequence, long databaseSeconds) {
        seconds = Math.max(seconds, databaseSeconds);
        lastWatermark = Math.max(lastWatermark, databaseSeconds * SECOND + (sequence & SEQUENCE_MASK));
        return lastWatermark;
    }

    /** The transaction up to which everything is in the topic, by the last watermark; 0 when there is none. */
    long completedSequence() {
        return lastWatermark % SECOND;
    }

    static long milliseconds(long tso) {
        return tso >> 18;
    }
}
