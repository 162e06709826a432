package dev.tidewatch.embedded;

import java.util.List;
import java.util.Map;

/**
 * The change of one row by one transaction.
 *
 * @param before the row before the transaction, null if it is new
 * @param after the row after the transaction, null if it is deleted
 */
record CapturedRow(TableShape table, Map<String, String> before, Map<String, String> after) {

    enum Type { INSERT, UPDATE, DELETE }

    Type type() {
        if (before == null) {
            return Type.INSERT;
        }
        return after == null ? Type.DELETE : Type.UPDATE;
    }

    /** The row for a message's field {@code data}. */
    Map<String, String> row() {
        return after == null ? before : after;
    }

    /**
     * The structure of a table at the time of a change.
     *
     * @param handle the columns that identify a row: the primary key, or otherwise a unique key without NULL
     * @param hasPrimaryKey whether {@code handle} is the primary key
     * @param mysqlTypes type names by column, in column order
     */
    record TableShape(TableName name, List<String> handle, boolean hasPrimaryKey, Map<String, String> mysqlTypes) {

        List<String> primaryKey() {
            return hasPrimaryKey ? handle : List.of();
        }
    }
}
