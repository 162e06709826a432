package dev.tidewatch.consumer;

import dev.tidewatch.changes.RowChange;

/** Removes the columns that no consumer may see, because the changefeed has to leave them out. Called by the threads of the consumers. */
public interface ColumnGuard {

    /** The change without these columns; the same object if it has none of them. */
    RowChange withoutExcluded(RowChange change);

    /**
     * The value of a record without these columns.
     *
     * @return null if the value may hold such a column that cannot be removed
     */
    byte[] withoutExcluded(byte[] value);
}
