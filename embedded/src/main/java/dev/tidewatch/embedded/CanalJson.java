package dev.tidewatch.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Writes TiCDC's canal-json with {@code enable-tidb-extension=true}. */
final class CanalJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Clock clock;

    CanalJson(Clock clock) {
        this.clock = clock;
    }

    /** @param sent whether a column is part of the message */
    byte[] row(CapturedRow change, long commitTs, Predicate<String> sent) {
        ObjectNode message = message(change.table().name(), change.type().name(), commitTs, "");
        change.table().primaryKey().forEach(message.putArray("pkNames")::add);
        ObjectNode sqlTypes = message.putObject("sqlType");
        ObjectNode mysqlTypes = message.putObject("mysqlType");
        change.table().mysqlTypes().forEach((column, type) -> {
            if (sent.test(column)) {
                sqlTypes.put(column, CanalType.of(type).sqlType(change.row().get(column)));
                mysqlTypes.put(column, type);
            }
        });
        if (change.type() == CapturedRow.Type.UPDATE) {
            putRow(message, "old", change.before(), sent);
        }
        putRow(message, "data", change.row(), sent);
        return withExtension(message, "commitTs", commitTs);
    }

    byte[] ddl(CapturedDdl change, long commitTs) {
        return withExtension(message(change.table(), change.type(), commitTs, change.sql()).put("isDdl", true), "commitTs", commitTs);
    }

    byte[] watermark(long watermark) {
        return withExtension(message(new TableName("", ""), "TIDB_WATERMARK", watermark, ""), "watermarkTs", watermark);
    }

    private ObjectNode message(TableName table, String type, long tso, String sql) {
        ObjectNode message = MAPPER.createObjectNode()
            .put("id", 0)
            .put("database", table.database())
            .put("table", table.name())
            .putNull("pkNames")
            .put("isDdl", false)
            .put("type", type)
            .put("es", CommitClock.milliseconds(tso))
            .put("ts", clock.millis())
            .put("sql", sql);
        List.of("sqlType", "mysqlType", "old", "data").forEach(message::putNull);
        return message;
    }

    private static void putRow(ObjectNode message, String field, Map<String, String> row, Predicate<String> sent) {
        ObjectNode columns = message.putArray(field).addObject();
        row.forEach((column, value) -> {
            if (sent.test(column)) {
                columns.put(column, value);
            }
        });
    }

    private static byte[] withExtension(ObjectNode message, String field, long tso) {
        message.putObject("_tidb").put(field, tso);
        try {
            return MAPPER.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write a message of the changefeed as JSON", e);
        }
    }
}
