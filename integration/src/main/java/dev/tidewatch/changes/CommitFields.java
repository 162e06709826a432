package dev.tidewatch.changes;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** The last two fields of every change's log line. */
final class CommitFields {

    // Instant.toString leaves out milliseconds that are zero; a column of times wants one width
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private CommitFields() {
    }

    static void put(Map<String, Object> fields, Long commitTs, Instant commitTime) {
        if (commitTs != null) {
            fields.put("commitTs", commitTs.toString());
        }
        fields.put("commitTime", MILLIS.format(commitTime));
    }
}
