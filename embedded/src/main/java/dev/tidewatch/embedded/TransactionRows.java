package dev.tidewatch.embedded;

import dev.tidewatch.embedded.CapturedRow.TableShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows that a transaction changes, each with its first and last version: TiCDC sends a row once per transaction. */
final class TransactionRows {

    private record RowKey(TableName table, List<String> values) {

        static RowKey of(TableShape table, Map<String, String> row) {
            return new RowKey(table.name(), table.handle().stream().map(row::get).toList());
        }
    }

    private final Map<RowKey, CapturedRow> rows = new LinkedHashMap<>();
    private final List<CapturedRow> displaced = new ArrayList<>();

    void insert(TableShape table, Map<String, String> after) {
        RowKey key = RowKey.of(table, after);
        CapturedRow earlier = rows.remove(key);
        rows.put(key, new CapturedRow(table, earlier == null ? null : earlier.before(), after));
    }

    void delete(TableShape table, Map<String, String> before) {
        RowKey key = RowKey.of(table, before);
        CapturedRow earlier = rows.remove(key);
        Map<String, String> original = earlier == null ? before : earlier.before();
        if (original != null) {
            rows.put(key, new CapturedRow(table, original, null));
        }
    }

    /** Updates a row that keeps its identity, even if the columns of its handle change. */
    void update(TableShape table, Map<String, String> before, Map<String, String> after) {
        CapturedRow earlier = rows.remove(RowKey.of(table, before));
        Map<String, String> original = earlier == null ? before : earlier.before();
        RowKey key = RowKey.of(table, after);
        CapturedRow replaced = rows.remove(key);
        if (replaced != null && replaced.before() != null) {
            // The replaced row was deleted in this transaction and needs a message of its own.
            displaced.add(replaced);
        }
        rows.put(key, new CapturedRow(table, original, after));
    }

    boolean isEmpty() {
        return rows.isEmpty() && displaced.isEmpty();
    }

    List<CapturedRow> changes() {
        List<CapturedRow> changes = new ArrayList<>(displaced);
        changes.addAll(rows.values());
        return changes;
    }
}
