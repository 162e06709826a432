package dev.tidewatch.changes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The raw fields of one canal-json message, read in any order: data may precede the types of its columns. A field of the wrong type is
 * recorded, not thrown, because it may belong to another format; then the name of that format is the better error.
 */
final class Envelope {

    /** A value written as a JSON number instead of text; kept as written, so that no digit is lost. */
    record Digits(String text) {
    }

    /** The rows of {@code data} or {@code old}: TiCDC writes exactly one, or null. */
    record Rows(int count, Map<String, Object> first) {

        static final Rows NONE = new Rows(0, null);
    }

    private static final List<String> KNOWN =
            List.of("database", "table", "type", "sql", "isDdl", "es", "pkNames", "sqlType", "mysqlType", "data", "old", "_tidb");

    String database;
    String table;
    String type;
    String sql;
    Boolean isDdl;
    Long es;
    List<String> primaryKey = List.of();
    Map<String, ColumnType> sqlTypes = Map.of();
    Map<String, ColumnType> mysqlTypes = Map.of();
    Rows data = Rows.NONE;
    Rows old = Rows.NONE;
    Long commitTs;
    Long watermarkTs;
    boolean onlyHandleKey;
    String claimCheckLocation;

    /** The error message of the first field of a wrong type, or null. */
    String problem;

    /**
     * Whether the message may have a duplicate field: one was seen, or a value was skipped that may contain one. Then a parser decides that
     * looks for them at each field.
     */
    boolean mayHaveDuplicates;

    /** A bit for each known field that was read. */
    private int known;
    // fields that canal-json does not have; they identify another format
    private final Set<String> otherNames = new HashSet<>(0);

    /** Reads the current object of the parser to its end. */
    static Envelope read(JsonParser parser) throws IOException {
        Envelope envelope = new Envelope();
        while (parser.nextFieldName() != null) {
            String name = parser.currentName();
            parser.nextToken();
            envelope.field(name, parser);
        }
        return envelope;
    }

    /** The format of this message, or null for canal-json and unknown formats. */
    ForeignFormat foreignFormat() {
        return isDdl != null ? null : ForeignFormat.ofFields(otherNames, type != null);
    }

    /** The type of a column by its {@code mysqlType}, else by its {@code sqlType}. */
    ColumnType typeOf(String column) {
        ColumnType type = mysqlTypes.get(column);
        return type != null ? type : sqlTypes.getOrDefault(column, ColumnType.UNKNOWN);
    }

    private void field(String name, JsonParser parser) throws IOException {
        int field = KNOWN.indexOf(name);
        if (field < 0) {
            mayHaveDuplicates |= !otherNames.add(name);
            skip(parser);
            return;
        }
        mayHaveDuplicates |= (known & 1 << field) != 0;
        known |= 1 << field;
        switch (name) {
            case "database" -> database = text(name, parser);
            case "table" -> table = text(name, parser);
            case "type" -> type = text(name, parser);
            case "sql" -> sql = text(name, parser);
            case "isDdl" -> isDdl = bool(name, parser);
            case "es" -> es = integer(name, parser);
            case "pkNames" -> primaryKey = texts(name, parser);
            case "sqlType" -> sqlTypes = sqlTypes(parser);
            case "mysqlType" -> mysqlTypes = mysqlTypes(parser);
            case "data" -> data = rows(name, parser);
            case "old" -> old = rows(name, parser);
            default -> extension(parser);
        }
    }

    private void skip(JsonParser parser) throws IOException {
        mayHaveDuplicates |= parser.currentToken().isStructStart();
        parser.skipChildren();
    }

    private void extension(JsonParser parser) throws IOException {
        if (!startsObject("_tidb", parser)) {
            return;
        }
        Set<String> names = new HashSet<>(4);
        while (parser.nextFieldName() != null) {
            String name = parser.currentName();
            parser.nextToken();
            mayHaveDuplicates |= !names.add(name);
            switch (name) {
                case "commitTs" -> commitTs = integer("_tidb.commitTs", parser);
                case "watermarkTs" -> watermarkTs = integer("_tidb.watermarkTs", parser);
                case "onlyHandleKey" -> onlyHandleKey = Boolean.TRUE.equals(bool("_tidb.onlyHandleKey", parser));
                case "claimCheckLocation" -> claimCheckLocation = text("_tidb.claimCheckLocation", parser);
                default -> skip(parser);
            }
        }
    }

    private Map<String, ColumnType> mysqlTypes(JsonParser parser) throws IOException {
        Map<String, ColumnType> types = new HashMap<>();
        if (startsObject("mysqlType", parser)) {
            while (parser.nextFieldName() != null) {
                String column = Json.name(parser);
                mayHaveDuplicates |= types.containsKey(column);
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    types.put(column, ColumnType.ofMysqlType(parser.getText()));
                } else {
                    mayHaveDuplicates = true;
                    parser.skipChildren();
                }
            }
        }
        return types;
    }

    private Map<String, ColumnType> sqlTypes(JsonParser parser) throws IOException {
        Map<String, ColumnType> types = new HashMap<>();
        if (startsObject("sqlType", parser)) {
            while (parser.nextFieldName() != null) {
                String column = Json.name(parser);
                mayHaveDuplicates |= types.containsKey(column);
                if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() < 6) {
                    types.put(column, ColumnType.ofSqlType(parser.getIntValue()));
                } else {
                    mayHaveDuplicates = true;
                    parser.skipChildren();
                }
            }
        }
        return types;
    }

    private Rows rows(String name, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return Rows.NONE;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            problem("field `" + name + "` is not an array of rows", parser);
            return Rows.NONE;
        }
        int count = 0;
        Map<String, Object> first = null;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.START_OBJECT) {
                Map<String, Object> row = row(parser);
                first = count == 0 ? row : first;
            } else if (token != JsonToken.VALUE_NULL) {
                problem("field `" + name + "` holds an element that is not a row", parser);
            }
            count++;
        }
        return new Rows(count, first);
    }

    private Map<String, Object> row(JsonParser parser) throws IOException {
        Map<String, Object> row = new LinkedHashMap<>();
        int columns = 0;
        while (parser.nextFieldName() != null) {
            String column = Json.name(parser);
            row.put(column, switch (parser.nextToken()) {
                case VALUE_STRING -> Json.text(parser);
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Digits(parser.getText());
                default -> {
                    mayHaveDuplicates |= parser.currentToken().isStructStart();
                    yield Json.value(parser);
                }
            });
            columns++;
        }
        mayHaveDuplicates |= row.size() < columns;
        return row;
    }

    private List<String> texts(String name, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        boolean allText = parser.currentToken() == JsonToken.START_ARRAY;
        while (allText && parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                texts.add(Json.text(parser));
            } else {
                problem("field `" + name + "` is not a list of column names", parser);
            }
        }
        if (!allText) {
            problem("field `" + name + "` is not a list of column names", parser);
        }
        return texts;
    }

    private String text(String name, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return Json.text(parser);
        }
        if (parser.currentToken() != JsonToken.VALUE_NULL) {
            problem("field `" + name + "` is not a string", parser);
        }
        return null;
    }

    private Boolean bool(String name, JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> {
                problem("field `" + name + "` is not true or false", parser);
                yield null;
            }
        };
    }

    /** A number of up to 63 bits, as a number or as text, as tools write it that would round a large number. */
    private Long integer(String name, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT || parser.currentToken() == JsonToken.VALUE_STRING) {
            String text = parser.getText();
            if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                try {
                    return Long.valueOf(text);
                } catch (NumberFormatException tooLarge) {
                    // reported below
                }
            }
        }
        problem("field `" + name + "` is not an integer from 0 to 2^63-1", parser);
        return null;
    }

    private boolean startsObject(String name, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return true;
        }
        if (parser.currentToken() != JsonToken.VALUE_NULL) {
            problem("field `" + name + "` is not an object", parser);
        }
        return false;
    }

    private void problem(String sentence, JsonParser parser) throws IOException {
        if (problem == null) {
            problem = sentence;
        }
        skip(parser);
    }
}
