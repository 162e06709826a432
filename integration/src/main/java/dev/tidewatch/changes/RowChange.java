package dev.tidewatch.changes;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.tidewatch.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One committed change of one row. The maps hold column name to value in the order of the message and cannot be modified.
 *
 * <p>A value is null (NULL), a {@link Long} (integers up to 2^53 either way, bit, year, the index of an enum, the bit mask of
 * a set), a {@link Double} (float and double), a {@link String} (text, decimals, dates and times as TiDB prints them, integers
 * beyond 2^53, base64 of binary columns, and whatever does not fit its column's type), or, for a JSON column, whatever its
 * text says: also {@link Boolean}, {@link java.util.List} and {@link Map}.
 *
 * <p>The identity of a change is database, table, key, commitTs and operation; TiCDC may send the same change again.
 *
 * @param operation INSERT, UPDATE or DELETE
 * @param database never null or empty
 * @param table never null or empty
 * @param key the primary key's columns in its order, with the values of {@code data} (of an UPDATE: after it); empty for a
 *     table without a primary key
 * @param data the row after an INSERT or UPDATE, or the row that a DELETE removed; columns that the changefeed leaves out are
 *     not there
 * @param old of an UPDATE the columns that it changed, with the values before it, empty when none that is visible changed;
 *     null for INSERT and DELETE
 * @param commitTs TiDB's commit timestamp (TSO), above 2^53; null when the changefeed runs without {@code enable-tidb-extension}
 * @param commitTime the same moment in milliseconds
 * @param incomplete why {@code data} is not the whole row, or null when it is. A changefeed with
 *     {@code delete-only-output-handle-key-columns} marks its short DELETEs by nothing, so null stands there too
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

    /** A UUID made of what tells the change from all others; null without a key or a commitTs, and another one after the key is masked. */
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
     * The change as JSON, and as the fields of a log line, in their order: operation, database, table, key, data, old, incomplete,
     * claimCheckLocation, commitTs (text, for readers that round numbers beyond 2^53), commitTime (ISO-8601, UTC,
     * milliseconds). What the change does not have is left out; a column that is NULL is there.
     *
     * @return a new map, the caller's to add to
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
