package dev.tidewatch.changes;

import dev.tidewatch.Times;
import java.time.Instant;
import java.util.function.BiConsumer;

/** The fields commitTs and commitTime, the last ones of every change. */
final class CommitFields {

    private CommitFields() {
    }

    static void put(BiConsumer<String, Object> field, Long commitTs, Instant commitTime) {
        if (commitTs != null) {
            field.accept("commitTs", commitTs.toString());
        }
        field.accept("commitTime", Times.text(commitTime));
    }
}
