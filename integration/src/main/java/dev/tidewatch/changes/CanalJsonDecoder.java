package dev.tidewatch.changes;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Decodes TiCDC's canal-json: one message per record, with or without {@code enable-tidb-extension}, of the classic and the new
 * architecture, also in content-compatible mode. Ignores unknown fields, so that a newer TiCDC may add some. Rejects a message
 * without a required field, so that no change is logged incompletely. Thread-safe.
 */
public final class CanalJsonDecoder {

    private static final Set<String> ROW_TYPES = Set.of("INSERT", "UPDATE", "DELETE");
    private static final Set<String> DDL_TYPES =
            Set.of("CREATE", "RENAME", "CINDEX", "DINDEX", "ALTER", "ERASE", "TRUNCATE", "QUERY");
    private static final String WATERMARK_TYPE = "TIDB_WATERMARK";
    private static final int BYTE_ORDER_MARK = 3;
    private static final int LOGICAL_BITS_OF_A_TSO = 18;
    // the last millisecond of the year 9999, the last year of ISO 8601
    private static final long LATEST_MILLIS = 253402300799999L;

    private final Json json = new Json();

    /**
     * Decodes the value of one record.
     *
     * @param value the bytes as Kafka delivered them; null for a record without a value
     * @return the row change, schema change or watermark; never null
     * @throws UnreadableChangeException when the value is anything else; a retry fails in the same way
     */
    public ChangeMessage decode(byte[] value) throws UnreadableChangeException {
        Envelope envelope = read(value);
        ForeignFormat foreign = envelope.foreignFormat();
        if (foreign != null) {
            throw foreign.asException();
        }
        if (envelope.problem != null) {
            throw new UnreadableChangeException(envelope.problem);
        }
        String type = envelope.type;
        if (type == null) {
            throw new UnreadableChangeException("field `type` is missing");
        }
        boolean isDdl = Boolean.TRUE.equals(envelope.isDdl);
        if (ROW_TYPES.contains(type)) {
            if (isDdl) {
                throw new UnreadableChangeException("field `isDdl` is true but the type is " + type);
            }
            return rowChange(envelope);
        }
        if (type.equals(WATERMARK_TYPE)) {
            return watermark(envelope);
        }
        if (isDdl || DDL_TYPES.contains(type)) {
            return schemaChange(envelope);
        }
        throw new UnreadableChangeException("unknown type " + UnreadableChangeException.quoted(type));
    }

    private Envelope read(byte[] value) throws UnreadableChangeException {
        if (value == null) {
            throw new UnreadableChangeException("null value (tombstone): TiCDC open protocol, Avro and Debezium send it,"
                    + " canal-json never does; set protocol=canal-json in the sink URI");
        }
        int bom = beginsWithByteOrderMark(value) ? BYTE_ORDER_MARK : 0;
        int start = bom;
        while (start < value.length && isWhiteSpace(value[start])) {
            start++;
        }
        if (start == value.length) {
            throw new UnreadableChangeException("empty value: TiCDC open protocol sends it, canal-json never does; set"
                    + " protocol=canal-json in the sink URI");
        }
        if (value[start] != '{') {
            ForeignFormat foreign = ForeignFormat.ofBytes(value);
            if (foreign != null) {
                throw foreign.asException();
            }
        }
        Envelope envelope = parsed(value, bom, false);
        return envelope == null ? parsed(value, bom, true) : envelope;
    }

    /**
     * @param findsDuplicates whether to reject duplicate fields, and to say what is wrong
     * @return null if something is wrong, and {@code findsDuplicates} is not set
     */
    private Envelope parsed(byte[] value, int offset, boolean findsDuplicates) throws UnreadableChangeException {
        try (JsonParser parser = json.parser(value, offset, findsDuplicates)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new UnreadableChangeException("JSON, but not an object");
            }
            Envelope envelope = Envelope.read(parser);
            if (envelope.mayHaveDuplicates && !findsDuplicates) {
                return null;
            }
            if (parser.nextToken() != null) {
                throw new UnreadableChangeException(
                        "more than one JSON value: the second begins at " + position(parser.currentTokenLocation()));
            }
            return envelope;
        } catch (IOException e) {
            if (!findsDuplicates) {
                return null;
            }
            throw new UnreadableChangeException(sentence(e), e);
        }
    }

    private static boolean beginsWithByteOrderMark(byte[] value) {
        return value.length >= BYTE_ORDER_MARK
                && value[0] == (byte) 0xEF && value[1] == (byte) 0xBB && value[2] == (byte) 0xBF;
    }

    private static boolean isWhiteSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static String sentence(IOException e) {
        String where = e instanceof JsonProcessingException reason ? position(reason.getLocation()) : "an unknown position";
        if (e instanceof JsonEOFException) {
            return "not JSON: unexpected end at " + where;
        }
        String message = String.valueOf(e.getMessage());
        if (e instanceof StreamConstraintsException) {
            return message.contains("nesting depth")
                    ? "nested deeper than " + Json.DEEPEST + " levels"
                    : "a number or a name is too long";
        }
        return message.startsWith("Duplicate field") ? "duplicate field at " + where : "not JSON at " + where;
    }

    private static String position(JsonLocation location) {
        return location == null
                ? "an unknown position"
                : "line " + location.getLineNr() + " column " + location.getColumnNr();
    }

    private RowChange rowChange(Envelope envelope) throws UnreadableChangeException {
        String type = envelope.type;
        Map<String, Object> row = row("data", envelope.data, type);
        Map<String, Object> data = new LinkedHashMap<>();
        for (Map.Entry<String, Object> column : row.entrySet()) {
            data.put(column.getKey(), value(envelope, column.getKey(), column.getValue()));
        }
        return new RowChange(type,
                named("database", envelope.database, type),
                named("table", envelope.table, type),
                key(envelope, data),
                data,
                type.equals("UPDATE") ? changed(envelope, row) : null,
                envelope.commitTs,
                commitTime(envelope, envelope.commitTs),
                incompleteness(envelope));
    }

    private static Map<String, Object> row(String field, Envelope.Rows rows, String type) throws UnreadableChangeException {
        if (rows.count() > 1) {
            throw new UnreadableChangeException("field `" + field + "` holds " + rows.count()
                    + " rows: TiCDC sends one per message, Alibaba canal several");
        }
        if (rows.first() == null) {
            throw new UnreadableChangeException("field `" + field + "` of the " + type + " has no row");
        }
        return rows.first();
    }

    /** Rejects a row without all columns of its key: with a partial key, two rows of a transaction look like duplicates. */
    private static Map<String, Object> key(Envelope envelope, Map<String, Object> data) throws UnreadableChangeException {
        Map<String, Object> key = new LinkedHashMap<>();
        for (String column : envelope.primaryKey) {
            if (!data.containsKey(column)) {
                throw new UnreadableChangeException(
                        "the row has no column " + UnreadableChangeException.quoted(column) + ", which `pkNames` lists");
            }
            key.put(column, data.get(column));
        }
        return key;
    }

    /** By default {@code old} is the whole row. A column counts as changed when its raw value differs. */
    private Map<String, Object> changed(Envelope envelope, Map<String, Object> row) throws UnreadableChangeException {
        Map<String, Object> changed = new LinkedHashMap<>();
        if (envelope.old.count() > 1) {
            row("old", envelope.old, envelope.type);
        }
        if (envelope.old.first() != null) {
            for (Map.Entry<String, Object> before : envelope.old.first().entrySet()) {
                String column = before.getKey();
                if (!row.containsKey(column) || !Objects.equals(before.getValue(), row.get(column))) {
                    changed.put(column, value(envelope, column, before.getValue()));
                }
            }
        }
        return changed;
    }

    private Object value(Envelope envelope, String column, Object raw) throws UnreadableChangeException {
        if (raw instanceof String text) {
            return envelope.typeOf(column).value(column, text, json);
        }
        if (raw instanceof Envelope.Digits digits) {
            ColumnType type = envelope.typeOf(column);
            return type == ColumnType.INTEGER || type == ColumnType.FLOATING || type == ColumnType.TEXT
                    ? type.value(column, digits.text(), json)
                    : Numbers.any(digits.text());
        }
        return raw;
    }

    private static Incompleteness incompleteness(Envelope envelope) {
        if (envelope.claimCheckLocation != null && !envelope.claimCheckLocation.isEmpty()) {
            return Incompleteness.claimCheck(envelope.claimCheckLocation);
        }
        return envelope.onlyHandleKey ? Incompleteness.handleKeyOnly() : null;
    }

    private static SchemaChange schemaChange(Envelope envelope) throws UnreadableChangeException {
        return new SchemaChange(envelope.type, emptyToNull(envelope.database), emptyToNull(envelope.table),
                emptyToNull(envelope.sql), envelope.commitTs, commitTime(envelope, envelope.commitTs));
    }

    private static Watermark watermark(Envelope envelope) throws UnreadableChangeException {
        if (envelope.watermarkTs == null) {
            throw new UnreadableChangeException("field `_tidb.watermarkTs` of the " + WATERMARK_TYPE + " is missing");
        }
        return new Watermark(envelope.watermarkTs, commitTime(envelope, envelope.watermarkTs));
    }

    private static Instant commitTime(Envelope envelope, Long tso) throws UnreadableChangeException {
        if (envelope.es == null && tso == null) {
            throw new UnreadableChangeException("field `es` is missing");
        }
        long millis = envelope.es != null ? envelope.es : tso >> LOGICAL_BITS_OF_A_TSO;
        if (millis > LATEST_MILLIS) {
            throw new UnreadableChangeException("field `es` is after the year 9999");
        }
        return Instant.ofEpochMilli(millis);
    }

    private static String named(String field, String name, String type) throws UnreadableChangeException {
        if (name == null || name.isEmpty()) {
            throw new UnreadableChangeException("field `" + field + "` of the " + type + " is missing");
        }
        return name;
    }

    private static String emptyToNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
