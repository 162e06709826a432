package dev.tidewatch.changes;

import dev.tidewatch.SeenRecords;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Recognises the duplicates of one partition by the identities of its changes: all since the newest watermark, and the last ones before it.
 *
 * <p>The records of a poll count as soon as they are added, and are kept when its offset is committed.
 *
 * <p>After a failure TiCDC sends changes again, in the original order (TiCDC Canal-JSON, "WATERMARK Event"; TiCDC overview, "Best
 * practices"), from its last checkpoint on, which may be older than the newest watermark. A change below the watermark with another
 * identity is late: a watermark rules it out, but only for its own changefeed. A change without a commitTs (a changefeed without
 * {@code enable-tidb-extension}) is never recognised as a duplicate; one of a table without a key only below the watermark.
 */
public final class ChangeWindow {

    /** Bounds the memory while no watermarks arrive. */
    static final int MOST_IDENTITIES = 50_000;
    /** Bounds the memory, and what a new owner of the partition reads. */
    static final int MOST_IDENTITIES_BELOW = 10_000;
    /** How long identities below the watermark are remembered, as a TSO; TiCDC saves its checkpoint every few seconds. */
    static final long REMEMBERED_BELOW = Watermark.tso(300_000);

    private final MessageDigest digest;
    private final SeenRecords<Identity> seen = new SeenRecords<>();
    private final Deque<Advance> advances = new ArrayDeque<>();
    private long watermark;

    /** A watermark of the poll, larger than the ones before. */
    private record Advance(long offset, long watermark) {
    }

    /** The commitTs of a change, and 128 bits of a SHA-256 hash of the rest: it takes the same memory for a key or row of any length. */
    private record Identity(long commitTs, long high, long low) {
    }

    public ChangeWindow(long watermark) {
        this.watermark = watermark;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The newest watermark before an offset; 0 before the first. */
    public long watermark(long nextOffset) {
        long newest = watermark;
        for (Advance advance : advances) {
            newest = advance.offset() < nextOffset ? advance.watermark() : newest;
        }
        return newest;
    }

    private long newestWatermark() {
        return advances.isEmpty() ? watermark : advances.getLast().watermark();
    }

    /** Applies a watermark. */
    public void advance(long watermarkTs, long offset) {
        if (watermarkTs > newestWatermark()) {
            advances.add(new Advance(offset, watermarkTs));
        }
    }

    /** Keeps the records before an offset, which is committed, without the identities that are too far below the watermark. */
    public void commit(long nextOffset) {
        watermark = watermark(nextOffset);
        advances.clear();
        seen.commit(nextOffset);
        seen.keepNewest(MOST_IDENTITIES);
        seen.forgetOldest(identity -> identity.commitTs() < watermark
                && (identity.commitTs() < watermark - REMEMBERED_BELOW || seen.size() > MOST_IDENTITIES_BELOW));
    }

    /**
     * Adds a change.
     *
     * @return whether it is a duplicate
     */
    public boolean isDuplicate(ChangeMessage change, long offset) {
        Long commitTs = commitTs(change);
        if (commitTs == null) {
            return false;
        }
        StringBuilder text = new StringBuilder();
        if (change instanceof RowChange row) {
            add(row.operation(), text);
            add(row.database(), text);
            add(row.table(), text);
            Map<String, Object> identifying = row.key().isEmpty() ? row.data() : row.key();
            for (Map.Entry<String, Object> column : (identifying.size() == 1 ? identifying : new TreeMap<>(identifying)).entrySet()) {
                add(column.getKey(), text);
                add(String.valueOf(column.getValue()), text);
            }
            return seen.isSeen(identity(commitTs, text), offset) && (!row.key().isEmpty() || commitTs < newestWatermark());
        }
        add("DDL", text);
        add(String.valueOf(((SchemaChange) change).statement()), text);
        return seen.isSeen(identity(commitTs, text), offset);
    }

    /** Adds a part of an identity with its length, so that no value can look like two. */
    private static void add(String part, StringBuilder text) {
        text.append(part.length()).append(':').append(part);
    }

    /** Whether a change that is no duplicate is below the watermark. */
    public boolean isLate(ChangeMessage change) {
        Long commitTs = commitTs(change);
        return commitTs != null && commitTs < newestWatermark();
    }

    private static Long commitTs(ChangeMessage change) {
        return change instanceof RowChange row ? row.commitTs() : ((SchemaChange) change).commitTs();
    }

    private Identity identity(long commitTs, StringBuilder text) {
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        return new Identity(commitTs, hash.getLong(), hash.getLong());
    }

    /**
     * The offset of the oldest record whose identity the window holds.
     *
     * @param next returned when the window holds none
     */
    public long oldestOffset(long next) {
        return seen.oldestOffset(next);
    }
}
