package dev.tidewatch.changes;

import java.nio.charset.StandardCharsets;
import java.sql.Types;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Converts the text of a column to its JSON value. TiCDC writes every value as text. {@code mysqlType} gives the type; {@code sqlType}, a
 * number of java.sql.Types that depends on the value, is the fallback.
 */
enum ColumnType {

    /** Integers of every size, bit, year, the index of an enum, the bit mask of a set. */
    INTEGER {
        @Override
        Object value(String column, String text, Json json) {
            Object integer = Numbers.integer(text);
            return integer != null ? integer : text;
        }
    },

    FLOATING {
        @Override
        Object value(String column, String text, Json json) {
            return Numbers.floating(text);
        }
    },

    /** Text, and types that only text represents exactly: decimals, dates and times, such as zero dates and -838:59:59. */
    TEXT {
        @Override
        Object value(String column, String text, Json json) {
            return text;
        }
    },

    JSON {
        @Override
        Object value(String column, String text, Json json) {
            return json.parsed(text);
        }
    },

    /** TiCDC writes each byte as the character with its number. */
    BINARY {
        @Override
        Object value(String column, String text, Json json) throws UnreadableChangeException {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) > 0xFF) {
                    throw new UnreadableChangeException(
                            "binary column " + UnreadableChangeException.quoted(column) + " holds a character above U+00FF");
                }
            }
            return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    },

    UNKNOWN {
        @Override
        Object value(String column, String text, Json json) {
            return text;
        }
    };

    private static final Map<String, ColumnType> BY_NAME = byName();

    /** The value of a column's text. Text that does not fit the type, as after a lossy ALTER, stays text. */
    abstract Object value(String column, String text, Json json) throws UnreadableChangeException;

    /** @param mysqlType such as {@code int unsigned}, or with its length in content-compatible mode: {@code varchar(16)} */
    static ColumnType ofMysqlType(String mysqlType) {
        ColumnType type = BY_NAME.get(mysqlType);
        return type != null ? type : BY_NAME.getOrDefault(firstWord(mysqlType), UNKNOWN);
    }

    static ColumnType ofSqlType(int sqlType) {
        return switch (sqlType) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.BIT, Types.BOOLEAN -> INTEGER;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> FLOATING;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> BINARY;
            // 12 is varchar, but also json and year
            default -> UNKNOWN;
        };
    }

    private static String firstWord(String mysqlType) {
        String word = mysqlType.strip().toLowerCase(Locale.ROOT);
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) == '(' || word.charAt(i) == ' ') {
                return word.substring(0, i);
            }
        }
        return word;
    }

    private static Map<String, ColumnType> byName() {
        Map<String, ColumnType> types = new HashMap<>();
        put(types, INTEGER, "tinyint", "smallint", "mediumint", "int", "integer", "bigint", "bool", "boolean",
                "bit", "year", "enum", "set");
        put(types, FLOATING, "float", "double", "real");
        put(types, TEXT, "decimal", "numeric", "char", "varchar", "tinytext", "text", "mediumtext", "longtext",
                "date", "time", "datetime", "timestamp");
        put(types, BINARY, "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
        put(types, JSON, "json");
        return Map.copyOf(types);
    }

    private static void put(Map<String, ColumnType> types, ColumnType type, String... names) {
        for (String name : names) {
            types.put(name, type);
        }
    }
}
