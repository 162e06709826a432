package dev.tidewatch.embedded;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Writes TiCDC's canal-json with {@code enable-tidb-extension=true}: the same fields in the same order with the same escapes. */
final class CanalJson {

    private final JsonFactory factory = new JsonFactory().setCharacterEscapes(new Escapes());
    private final Clock clock;

    CanalJson(Clock clock) {
        this.clock = clock;
    }

    byte[] row(CapturedRow change, long commitTs, Predicate<String> sent) {
        TableName table = change.table().name();
        return write(json -> {
            head(json, table, change.table().primaryKey(), false, change.type().name(), commitTs, "");
            json.writeObjectFieldStart("sqlType");
            for (Map.Entry<String, String> column : change.table().mysqlTypes().entrySet()) {
                if (sent.test(column.getKey())) {
                    json.writeNumberField(column.getKey(), CanalType.of(column.getValue()).sqlType(change.row().get(column.getKey())));
                }
            }
            json.writeEndObject();
            json.writeObjectFieldStart("mysqlType");
            for (Map.Entry<String, String> column : change.table().mysqlTypes().entrySet()) {
                if (sent.test(column.getKey())) {
                    json.writeStringField(column.getKey(), column.getValue());
                }
            }
            json.writeEndObject();
            columns(json, "old", change.type() == CapturedRow.Type.UPDATE ? change.before() : null, sent);
            columns(json, "data", change.row(), sent);
            extension(json, "commitTs", commitTs);
        });
    }

    byte[] schemaChange(CapturedDdl change, long commitTs) {
        return write(json -> {
            head(json, change.table(), null, true, change.type(), commitTs, change.sql());
            noColumns(json);
            extension(json, "commitTs", commitTs);
        });
    }

    byte[] watermark(long watermark) {
        return write(json -> {
            head(json, new TableName("", ""), null, false, "TIDB_WATERMARK", watermark, "");
            noColumns(json);
            extension(json, "watermarkTs", watermark);
        });
    }

    private void head(JsonGenerator json, TableName table, List<String> primaryKey, boolean ddl, String type, long tso, String sql)
        throws IOException {
        json.writeNumberField("id", 0);
        json.writeStringField("database", table.database());
        json.writeStringField("table", table.name());
        json.writeFieldName("pkNames");
        if (primaryKey == null) {
            json.writeNull();
        } else {
            json.writeArray(primaryKey.toArray(String[]::new), 0, primaryKey.size());
        }
        json.writeBooleanField("isDdl", ddl);
        json.writeStringField("type", type);
        json.writeNumberField("es", CommitClock.milliseconds(tso));
        json.writeNumberField("ts", clock.millis());
        json.writeStringField("sql", sql);
    }

    private static void noColumns(JsonGenerator json) throws IOException {
        for (String field : List.of("sqlType", "mysqlType", "data", "old")) {
            json.writeNullField(field);
        }
    }

    private static void columns(JsonGenerator json, String field, Map<String, String> row, Predicate<String> sent) throws IOException {
        if (row == null) {
            json.writeNullField(field);
            return;
        }
        json.writeArrayFieldStart(field);
        json.writeStartObject();
        for (Map.Entry<String, String> column : row.entrySet()) {
            if (sent.test(column.getKey())) {
                json.writeStringField(column.getKey(), column.getValue());
            }
        }
        json.writeEndObject();
        json.writeEndArray();
    }

    private static void extension(JsonGenerator json, String field, long tso) throws IOException {
        json.writeObjectFieldStart("_tidb");
        json.writeNumberField(field, tso);
        json.writeEndObject();
    }

    private interface Body {

        void write(JsonGenerator json) throws IOException;
    }

    private byte[] write(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = factory.createGenerator(bytes)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("A message cannot be written to memory", e);
        }
        return bytes.toByteArray();
    }

    /** The escapes of easyjson, which TiCDC writes with: markup characters and all control characters but tab and line breaks in lower-case hex. */
    private static final class Escapes extends CharacterEscapes {

        private static final long serialVersionUID = 1L;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = CharacterEscapes.standardAsciiEscapesForJSON();
            for (int character = 0; character < codes.length; character++) {
                boolean control = character < ' ' && "\t\n\r".indexOf(character) < 0;
                if (control || "<>&".indexOf(character) >= 0) {
                    codes[character] = ESCAPE_CUSTOM;
                }
            }
            return Arrays.copyOf(codes, codes.length);
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            boolean escaped = character < 128 || character == 0x2028 || character == 0x2029;
            return escaped ? new SerializedString("\\u%04x".formatted(character)) : null;
        }
    }
}
