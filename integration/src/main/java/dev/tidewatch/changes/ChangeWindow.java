package dev.tidewatch.changes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of one partition's changes: the newest watermark, below which every change is a repeat, and the identities of the
 * changes since, so that a repeat among those is known too.
 *
 * <p>TiCDC repeats changes after a failure, in the order of its first sending (TiCDC Canal-JSON, "WATERMARK Event"; TiCDC overview,
 * "Best practices"). A change of a table without a key has no identity, and one without commitTs (a changefeed without
 * {@code enable-tidb-extension}) cannot be compared; neither is ever taken for a repeat within the window.
 */
public final class ChangeWindow {

    /** Bounds the memory of a partition whose watermarks stay away. */
    static final int MOST_IDENTITIES = 50_000;

    private long watermark;
    /** Identity to the offset of its first record, in the order of offsets. */
    private final Map<List<Object>, Long> seen = new LinkedHashMap<>();

    public ChangeWindow(long watermark) {
        this.watermark = watermark;
    }

    /** The newest watermark; 0 before the first. */
    public long watermark() {
        return watermark;
    }

    /** Takes a watermark; what lies below it need not be remembered. */
    public void advance(long watermarkTs) {
        if (watermarkTs > watermark) {
            watermark = watermarkTs;
            seen.keySet().removeIf(identity -> (long) identity.get(0) < watermark);
        }
    }

    /**
     * Takes a change.
     *
     * @return whether it has been here before
     */
    public boolean isRepeat(ChangeMessage change, long offset) {
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
     * The offset from which on records hold all that is remembered.
     *
     * @param next returned when nothing is
     */
    public long from(long next) {
        return seen.isEmpty() ? next : seen.values().iterator().next();
    }
}
