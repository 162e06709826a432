package dev.tidewatch.changes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Recognises the duplicates of one partition: every change below the newest watermark, and every change above it whose identity the
 * window holds.
 *
 * <p>After a failure TiCDC sends changes again, in the original order (TiCDC Canal-JSON, "WATERMARK Event"; TiCDC overview, "Best
 * practices"). A change without a commitTs (a changefeed without {@code enable-tidb-extension}) is never recognised as a duplicate; one of
 * a table without a key only below the watermark.
 */
public final class ChangeWindow {

    /** Bounds the memory while no watermarks arrive. */
    static final int MOST_IDENTITIES = 50_000;

    private long watermark;
    /** The offset of the first record of each identity, in the order of offsets. */
    private final Map<List<Object>, Long> seen = new LinkedHashMap<>();

    public ChangeWindow(long watermark) {
        this.watermark = watermark;
    }

    /** The newest watermark; 0 before the first. */
    public long watermark() {
        return watermark;
    }

    /** Applies a watermark, and drops the identities below it. */
    public void advance(long watermarkTs) {
        if (watermarkTs > watermark) {
            watermark = watermarkTs;
            seen.keySet().removeIf(identity -> (long) identity.get(0) < watermark);
        }
    }

    /**
     * Adds a change.
     *
     * @return whether it is a duplicate
     */
    public boolean isDuplicate(ChangeMessage change, long offset) {
        Long commitTs = change instanceof RowChange row ? row.commitTs() : ((SchemaChange) change).commitTs();
        if (commitTs == null) {
            return false;
        }
        if (commitTs < watermark) {
            return true;
        }
        if (change instanceof RowChange row) {
            return !row.key().isEmpty() && isSeen(List.of(commitTs, row.operation(), row.database(), row.table(), row.key()), offset);
        }
        return isSeen(List.of(commitTs, "DDL", String.valueOf(((SchemaChange) change).statement())), offset);
    }

    private boolean isSeen(List<Object> identity, long offset) {
        if (seen.putIfAbsent(identity, offset) != null) {
            return true;
        }
        if (seen.size() > MOST_IDENTITIES) {
            seen.remove(seen.keySet().iterator().next());
        }
        return false;
    }

    /**
     * The offset of the oldest record whose identity the window holds.
     *
     * @param next returned when the window holds none
     */
    public long oldestOffset(long next) {
        return seen.isEmpty() ? next : seen.values().iterator().next();
    }
}
