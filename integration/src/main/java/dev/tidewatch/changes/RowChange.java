package dev.tidewatch.changes;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.tidewatch.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * One committed change of one row. The maps hold column names and values in the order of the message and are unmodifiable.
 *
 * <p>A value is null (NULL), a {@link Long} (integers up to ±2^53, bit, year, the index of an enum, the bit mask of a set), a
 * {@link Double} (float and double), a {@link String} (text, decimals, dates and times as TiDB prints them, larger integers, base64 of
 * binary columns, and any value that does not fit its column's type), or the value of a JSON column, which may also be a
 * {@link Boolean}, {@link java.util.List} or {@link Map}.
 *
 * <p>The identity of a change is database, table, key, commitTs and operation; TiCDC may send the same change more than once.
 *
 * @param operation INSERT, UPDATE or DELETE
 * @param database never null or empty
 * @param table never null or empty
 * @param key the columns of the primary key in its order, with the values of {@code data} (for an UPDATE, the new values); empty for a
 *     table without a primary key
 * @param data the row after an INSERT or UPDATE, or the row that a DELETE removed, without the columns that the changefeed excludes
 * @param old for an UPDATE the previous values of the changed columns, empty when the changefeed excludes all of them; null for INSERT
 *     and DELETE
 * @param commitTs TiDB's commit timestamp (TSO), above 2^53; null without {@code enable-tidb-extension}
 * @param commitTime the same time in milliseconds
 * @param incomplete why {@code data} is not the whole row, or null when it is. TiCDC does not mark the DELETEs of a changefeed with
 *     {@code delete-only-output-handle-key-columns}, so they have null too
 */
public record RowChange(
        String operation,
        String database,
        String table,
        Map<String, Object> key,
        Map<String, Object> data,
        Map<String, Object> old,
        Long commitTs,
        Instant commitTime,
        Incompleteness incomplete) implements ChangeMessage, Event {

    public RowChange {
        key = Collections.unmodifiableMap(key);
        data = Collections.unmodifiableMap(data);
        old = old == null ? null : Collections.unmodifiableMap(old);
    }

    /**
     * The change without these columns. Its key is empty if one of them belongs to it: the rest of the key is no identity.
     */
    public RowChange without(Set<String> columns) {
        return new RowChange(operation, database, table, Collections.disjoint(key.keySet(), columns) ? key : Map.of(),
                without(columns, data), old == null ? null : without(columns, old), commitTs, commitTime, incomplete);
    }

    private static Map<String, Object> without(Set<String> columns, Map<String, Object> values) {
        Map<String, Object> rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(columns);
        return rest;
    }

    /** A UUID of the identity; null without a key or a commitTs. A masked key gives another UUID. */
    @Override
    public String eventId() {
        return commitTs == null || key.isEmpty() ? null : UUID.nameUUIDFromBytes(
                List.of(database, table, key, commitTs, operation).toString().getBytes(StandardCharsets.UTF_8)).toString();
    }

    @Override
    public Instant eventTime() {
        return commitTime;
    }

    /**
     * The change as JSON and as the fields of a log line, in this order: operation, database, table, key, data, old, incomplete,
     * claimCheckLocation, commitTs (text, for parsers that round numbers above 2^53), commitTime (ISO 8601, UTC, milliseconds). Absent
     * fields are omitted; NULL columns are not.
     *
     * @return a new, modifiable map
     */
    @JsonValue
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("operation", operation);
        fields.put("database", database);
        fields.put("table", table);
        fields.put("key", key);
        fields.put("data", data);
        if (old != null) {
            fields.put("old", old);
        }
        if (incomplete != null) {
            fields.put("incomplete", incomplete.reason());
            if (incomplete.claimCheckLocation() != null) {
                fields.put("claimCheckLocation", incomplete.claimCheckLocation());
            }
        }
        CommitFields.put(fields, commitTs, commitTime);
        return fields;
    }
}
