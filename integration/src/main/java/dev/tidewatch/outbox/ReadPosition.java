package dev.tidewatch.outbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/**
 * Where a reader of the outbox begins. A database passes over deleted rows until it has cleaned up (TiDB keeps them for ten minutes), so
 * reads from the first id on become slower with each deleted event. A read therefore begins where the last one found the first event, or
 * shortly before the present: events that are committed later have larger ids, unless the clock of their instance is behind or their
 * transaction took long. For these, a read begins at the first id at times, and earlier in general once one was found. Confined to one
 * thread at a time.
 */
final class ReadPosition {

    static final String START = "";

    private static final Duration BETWEEN_SCANS = Duration.ofSeconds(10);
    private static final Duration AFTER_A_FAILED_SCAN = Duration.ofMinutes(1);
    /** Of all time, the part that scans may take. */
    private static final int SHARE = 20;
    private static final Duration SMALLEST_MARGIN = Duration.ofSeconds(10);
    /** An id that is older is no UUIDv7 of a slow clock. */
    private static final Duration LARGEST_LATENESS = Duration.ofHours(1);

    private final Clock clock;
    private Instant begin;
    private Instant lastScan = Instant.EPOCH;
    private Duration untilNextScan = Duration.ZERO;
    private boolean scanning;
    /** Milliseconds since 1970; no event before them was found. Null before the first scan. */
    private Long first;
    private long margin = SMALLEST_MARGIN.toMillis();

    ReadPosition(Clock clock) {
        this.clock = clock;
    }

    /** The smallest id to read. */
    String next() {
        begin = clock.instant();
        scanning = first == null || Duration.between(lastScan, begin).abs().compareTo(untilNextScan) >= 0;
        if (scanning) {
            lastScan = begin;
            untilNextScan = AFTER_A_FAILED_SCAN;
            return START;
        }
        long from = Math.max(0, Math.min(first, begin.toEpochMilli() - margin));
        return "%08x-%04x".formatted(from >>> 16, from & 0xffff);
    }

    /**
     * Notes what the read has found.
     *
     * @param eventId the smallest id; null if there is no event
     */
    void found(String eventId) {
        if (scanning) {
            Duration pause = Duration.between(begin, clock.instant()).multipliedBy(SHARE);
            untilNextScan = pause.compareTo(BETWEEN_SCANS) > 0 ? pause : BETWEEN_SCANS;
        }
        long now = begin.toEpochMilli();
        long found = eventId == null ? now : Math.min(now, millis(eventId));
        long late = first == null || eventId == null ? 0 : first - found;
        if (late <= LARGEST_LATENESS.toMillis()) {
            margin = Math.max(margin, 2 * late);
        }
        first = found;
    }

    /** Makes the next read begin at the first id. */
    void startOver() {
        untilNextScan = Duration.ZERO;
    }

    /** The time in a UUIDv7; 0 if it has none. */
    private static long millis(String eventId) {
        try {
            return HexFormat.fromHexDigitsToLong(eventId, 0, 8) << 16 | HexFormat.fromHexDigits(eventId, 9, 13);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return 0;
        }
    }
}
