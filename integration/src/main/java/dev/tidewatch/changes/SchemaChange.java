package dev.tidewatch.changes;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.tidewatch.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * One schema statement (DDL). TiCDC sends it to partition 0 only, in no order with the rows of other partitions.
 *
 * @param ddlType TiCDC's word for it: CREATE, RENAME, CINDEX, DINDEX, ALTER, ERASE (drop table), TRUNCATE, QUERY (the rest)
 * @param database null when the message names none
 * @param table null when the statement is not about a table, as CREATE DATABASE
 * @param statement the SQL as TiCDC restored it; may hold defaults and comments, so treat it as sensitive. Null when absent
 * @param commitTs TiDB's commit timestamp (TSO), above 2^53; null when the changefeed runs without {@code enable-tidb-extension}
 * @param commitTime the same moment in milliseconds
 */
public record SchemaChange(
        String ddlType,
        String database,
        String table,
        String statement,
        Long commitTs,
        Instant commitTime) implements ChangeMessage, Event {

    /** A UUID made of what tells the change from all others; null without a commitTs. */
    @Override
    public String eventId() {
        return commitTs == null ? null
                : UUID.nameUUIDFromBytes((commitTs + " " + statement).getBytes(StandardCharsets.UTF_8)).toString();
    }

    @Override
    public Instant eventTime() {
        return commitTime;
    }

    /** The change as JSON, and as the fields of a log line: without the statement; see {@link #fields(boolean)}. */
    @JsonValue
    public Map<String, Object> fields() {
        return fields(false);
    }

    /**
     * The change as the fields of a log line, in their order: operation (always DDL), ddlType, database, table, statement,
     * commitTs (text), commitTime (ISO-8601, UTC, milliseconds). What the change does not have is left out.
     *
     * @param withStatement whether the SQL is among them
     * @return a new map, the caller's to add to
     */
    public Map<String, Object> fields(boolean withStatement) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("operation", "DDL");
        fields.put("ddlType", ddlType);
        if (database != null) {
            fields.put("database", database);
        }
        if (table != null) {
            fields.put("table", table);
        }
        if (withStatement && statement != null) {
            fields.put("statement", statement);
        }
        CommitFields.put(fields, commitTs, commitTime);
        return fields;
    }
}
