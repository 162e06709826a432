package dev.tidewatch.embedded;

import java.util.List;
import java.util.Map;

/**
 * What one transaction did to one row.
 *
 * @param table where
 * @param before the row before the transaction, or null for a new one
 * @param after the row after it, or null for a deleted one
 */
record CapturedRow(TableShape table, Map<String, String> before, Map<String, String> after) {

    enum Type { INSERT, UPDATE, DELETE }

    Type type() {
        if (before == null) {
            return Type.INSERT;
        }
        return after == null ? Type.DELETE : Type.UPDATE;
    }

    /** The row that a message shows in {@code data}. */
    Map<String, String> row() {
        return after == null ? before : after;
    }

    /**
     * A table as its rows were written.
     *
     * @param name database and table
     * @param handle the columns that identify a row: the primary key, or else a unique key without NULL
     * @param hasPrimaryKey whether {@code handle} is the primary key
     * @param mysqlTypes type names by column, in column order
     */
    record TableShape(TableName name, List<String> handle, boolean hasPrimaryKey, Map<String, String> mysqlTypes) {

        List<String> primaryKey() {
            return hasPrimaryKey ? handle : List.of();
        }
    }
}
