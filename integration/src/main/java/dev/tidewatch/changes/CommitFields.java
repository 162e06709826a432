package dev.tidewatch.changes;

import dev.tidewatch.Times;
import java.time.Instant;
import java.util.Map;

/** The fields commitTs and commitTime, the last ones of every change. */
final class CommitFields {

    private CommitFields() {
    }

    static void put(Map<String, Object> fields, Long commitTs, Instant commitTime) {
        if (commitTs != null) {
            fields.put("commitTs", commitTs.toString());
        }
        fields.put("commitTime", Times.MILLISECONDS.format(commitTime));
    }
}
