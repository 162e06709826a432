package dev.tidewatch.changes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Recognises the duplicates of one partition by the identities of its changes: all since the newest watermark, and the last ones before it.
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
    private long watermark;
    /** The offset of the first record of each identity, in the order of offsets. */
    private final Map<Identity, Long> seen = new LinkedHashMap<>();

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

    /** The newest watermark; 0 before the first. */
    public long watermark() {
        return watermark;
    }

    /** Applies a watermark, and forgets the identities that are too far below it. */
    public void advance(long watermarkTs) {
        if (watermarkTs > watermark) {
            watermark = watermarkTs;
            Iterator<Identity> oldest = seen.keySet().iterator();
            while (oldest.hasNext()) {
                long commitTs = oldest.next().commitTs();
                if (commitTs >= watermark || commitTs >= watermark - REMEMBERED_BELOW && seen.size() <= MOST_IDENTITIES_BELOW) {
                    break;
                }
                oldest.remove();
            }
        }
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
        if (change instanceof RowChange row) {
            Map<String, Object> identifying = new TreeMap<>(row.key().isEmpty() ? row.data() : row.key());
            Stream<String> columns = identifying.entrySet().stream()
                    .flatMap(column -> Stream.of(column.getKey(), String.valueOf(column.getValue())));
            boolean known = isSeen(
                    identity(commitTs, Stream.concat(Stream.of(row.operation(), row.database(), row.table()), columns)), offset);
            return known && (!row.key().isEmpty() || commitTs < watermark);
        }
        return isSeen(identity(commitTs, Stream.of("DDL", String.valueOf(((SchemaChange) change).statement()))), offset);
    }

    /** Whether a change that is no duplicate is below the watermark. */
    public boolean isLate(ChangeMessage change) {
        Long commitTs = commitTs(change);
        return commitTs != null && commitTs < watermark;
    }

    private static Long commitTs(ChangeMessage change) {
        return change instanceof RowChange row ? row.commitTs() : ((SchemaChange) change).commitTs();
    }

    private Identity identity(long commitTs, Stream<String> parts) {
        StringBuilder text = new StringBuilder();
        // With their lengths, so that no value can look like two.
        parts.forEach(part -> text.append(part.length()).append(':').append(part));
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        return new Identity(commitTs, hash.getLong(), hash.getLong());
    }

    private boolean isSeen(Identity identity, long offset) {
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
