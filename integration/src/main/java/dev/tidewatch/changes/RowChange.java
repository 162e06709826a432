package dev.tidewatch.changes;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.tidewatch.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

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
 * @param otherKey of an update of the primary key, which is a DELETE and an INSERT: in the DELETE the new key, in the INSERT the previous
 *     one; null for all other changes, and when the two were not read together
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
        Incompleteness incomplete,
        Map<String, Object> otherKey) implements ChangeMessage, Event {

    public RowChange {
        key = Collections.unmodifiableMap(key);
        data = Collections.unmodifiableMap(data);
        old = old == null ? null : Collections.unmodifiableMap(old);
        otherKey = otherKey == null ? null : Collections.unmodifiableMap(otherKey);
    }

    /** A change of a row that keeps its primary key. */
    public RowChange(String operation, String database, String table, Map<String, Object> key, Map<String, Object> data,
            Map<String, Object> old, Long commitTs, Instant commitTime, Incompleteness incomplete) {
        this(operation, database, table, key, data, old, commitTs, commitTime, incomplete, null);
    }

    /**
     * The UPDATE of which this INSERT and a DELETE of the same key and commitTs are the halves. TiCDC splits an UPDATE that changes a
     * unique key (TiCDC, "Split primary or unique key UPDATE events").
     */
    public RowChange joinedWith(RowChange delete) {
        Map<String, Object> before = new LinkedHashMap<>();
        delete.data.forEach((column, value) -> {
            if (!data.containsKey(column) || !Objects.equals(value, data.get(column))) {
                before.put(column, value);
            }
        });
        return new RowChange("UPDATE", database, table, key, data, before, commitTs, commitTime,
                incomplete == null ? delete.incomplete : incomplete);
    }

    /** The change with the key before or after an update of its primary key. */
    public RowChange withOtherKey(Map<String, Object> other) {
        return new RowChange(operation, database, table, key, data, old, commitTs, commitTime, incomplete, other);
    }

    /**
     * The change without these columns. Its key is empty if one of them belongs to it: the rest of the key is no identity.
     */
    public RowChange without(Set<String> columns) {
        return new RowChange(operation, database, table, Collections.disjoint(key.keySet(), columns) ? key : Map.of(),
                without(columns, data), old == null ? null : without(columns, old), commitTs, commitTime, incomplete,
                otherKey == null ? null : without(columns, otherKey));
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
     * The change as JSON and as the fields of a log line, in this order: operation, database, table, key, newKey (of a DELETE) or oldKey
     * (of an INSERT), data, old, incomplete, claimCheckLocation, commitTs (text, for parsers that round numbers above 2^53), commitTime
     * (ISO 8601, UTC, milliseconds). Absent
     * fields are omitted; NULL columns are not.
     *
     * @return a new, modifiable map
     */
    @JsonValue
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        forEachField(fields::put);
        return fields;
    }

    /** Hands over the same fields, in the same order. */
    public void forEachField(BiConsumer<String, Object> field) {
        field.accept("operation", operation);
        field.accept("database", database);
        field.accept("table", table);
        field.accept("key", key);
        if (otherKey != null) {
            field.accept(operation.equals("DELETE") ? "newKey" : "oldKey", otherKey);
        }
        field.accept("data", data);
        if (old != null) {
            field.accept("old", old);
        }
        if (incomplete != null) {
            field.accept("incomplete", incomplete.reason());
            if (incomplete.claimCheckLocation() != null) {
                field.accept("claimCheckLocation", incomplete.claimCheckLocation());
            }
        }
        CommitFields.put(field, commitTs, commitTime);
    }
}
