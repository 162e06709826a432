package dev.tidewatch.embedded;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;

/** Chooses the partition of a row: the same for all rows of a table, or for all versions of a row. */
enum Partitioning {

    TABLE, INDEX_VALUE;

    static Partitioning named(Object name) {
        String text = name == null ? "default" : name.toString().toLowerCase(Locale.ROOT);
        return switch (text) {
            case "default", "table" -> TABLE;
            case "index-value" -> INDEX_VALUE;
            default -> throw new IllegalArgumentException(
                "The embedded changefeed supports the partitions table and index-value, not " + text);
        };
    }

    int partition(CapturedRow change, int partitions) {
        CRC32 hash = new CRC32();
        update(hash, change.table().name().database());
        update(hash, change.table().name().name());
        if (this == INDEX_VALUE) {
            change.table().handle().forEach(column -> update(hash, change.row().get(column)));
        }
        return (int) (hash.getValue() % partitions);
    }

    private static void update(CRC32 hash, String text) {
        hash.update(text.getBytes(StandardCharsets.UTF_8));
        hash.update(0);
    }
}
