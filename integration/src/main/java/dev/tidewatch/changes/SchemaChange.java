package dev.tidewatch.changes;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.tidewatch.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * One schema change (DDL). TiCDC sends it to partition 0 only, unordered with respect to the rows of other partitions.
 *
 * @param ddlType TiCDC's type: CREATE, RENAME, CINDEX, DINDEX, ALTER, ERASE (drop table), TRUNCATE, QUERY (all others)
 * @param database null when the message has none
 * @param table null when the statement affects no table, such as CREATE DATABASE
 * @param statement the SQL as restored by TiCDC; sensitive, because it may hold default values and comments. Null when absent
 * @param commitTs TiDB's commit timestamp (TSO), above 2^53; null without {@code enable-tidb-extension}
 * @param commitTime the same time in milliseconds
 */
public record SchemaChange(
        String ddlType,
        String database,
        String table,
        String statement,
        Long commitTs,
        Instant commitTime) implements ChangeMessage, Event {

    /** A UUID of commitTs and statement; null without a commitTs. */
    @Override
    public String eventId() {
        return commitTs == null ? null
                : UUID.nameUUIDFromBytes((commitTs + " " + statement).getBytes(StandardCharsets.UTF_8)).toString();
    }

    @Override
    public Instant eventTime() {
        return commitTime;
    }

    /** Always {@code DDL}, for routes that also get row changes. */
    public String operation() {
        return "DDL";
    }

    /** The change as JSON and as the fields of a log line, without the statement; see {@link #fields(boolean)}. */
    @JsonValue
    public Map<String, Object> fields() {
        return fields(false);
    }

    /**
     * The change as the fields of a log line, in this order: operation (always DDL), ddlType, database, table, statement, commitTs (text),
     * commitTime (ISO 8601, UTC, milliseconds). Absent fields are omitted.
     *
     * @param withStatement whether to include the SQL
     * @return a new, modifiable map
     */
    public Map<String, Object> fields(boolean withStatement) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("operation", operation());
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
        CommitFields.put(fields::put, commitTs, commitTime);
        return fields;
    }
}
