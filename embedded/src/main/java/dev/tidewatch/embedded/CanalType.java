package dev.tidewatch.embedded;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A column type with its names in canal-json. */
record CanalType(String base, boolean unsigned) {

    private static final Map<String, String> SYNONYMS = Map.ofEntries(
        Map.entry("bool", "tinyint"), Map.entry("boolean", "tinyint"), Map.entry("int1", "tinyint"), Map.entry("int2", "smallint"),
        Map.entry("int3", "mediumint"), Map.entry("middleint", "mediumint"), Map.entry("int4", "int"), Map.entry("integer", "int"),
        Map.entry("int8", "bigint"), Map.entry("numeric", "decimal"), Map.entry("dec", "decimal"), Map.entry("fixed", "decimal"),
        Map.entry("real", "double"), Map.entry("double precision", "double"), Map.entry("float4", "float"), Map.entry("float8", "double"),
        Map.entry("character", "char"), Map.entry("nchar", "char"), Map.entry("nvarchar", "varchar"),
        Map.entry("character varying", "varchar"));
    private static final Set<String> BINARY = Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
    /** The values of java.sql.Types that canal-json uses. */
    private static final Map<String, Integer> SQL_TYPES = Map.ofEntries(
        Map.entry("tinyint", -6), Map.entry("smallint", 5), Map.entry("mediumint", 4), Map.entry("int", 4), Map.entry("bigint", -5),
        Map.entry("decimal", 3), Map.entry("float", 7), Map.entry("double", 8), Map.entry("bit", -7), Map.entry("enum", 4),
        Map.entry("set", -7), Map.entry("char", 1), Map.entry("varchar", 12), Map.entry("tinytext", 2005), Map.entry("text", 2005),
        Map.entry("mediumtext", 2005), Map.entry("longtext", 2005), Map.entry("json", 12), Map.entry("date", 91),
        Map.entry("datetime", 93), Map.entry("timestamp", 93), Map.entry("time", 92), Map.entry("year", 12));
    /** The largest value of an unsigned type that fits its signed Java type, and the type for larger values. */
    private static final Map<String, Promotion> PROMOTIONS = Map.of(
        "tinyint", new Promotion(Byte.MAX_VALUE, 5), "smallint", new Promotion(Short.MAX_VALUE, 4),
        "int", new Promotion(Integer.MAX_VALUE, -5), "bigint", new Promotion(Long.MAX_VALUE, 3));

    private record Promotion(BigInteger limit, int sqlType) {

        Promotion(long limit, int sqlType) {
            this(BigInteger.valueOf(limit), sqlType);
        }
    }

    /** Parses a declaration such as {@code INT UNSIGNED ZEROFILL} or {@code BOOLEAN}, or a type name of canal-json. */
    static CanalType of(String declaration) {
        String text = declaration.toLowerCase(Locale.ROOT);
        boolean unsigned = text.contains(" unsigned") || text.contains(" zerofill") || text.equals("serial");
        String base = text.replace(" unsigned", "").replace(" zerofill", "").replace(" signed", "").strip();
        return new CanalType(base.equals("serial") ? "bigint" : SYNONYMS.getOrDefault(base, base), unsigned);
    }

    String mysqlType() {
        return unsigned ? base + " unsigned" : base;
    }

    boolean isBinary() {
        return BINARY.contains(base);
    }

    /** The type's number in canal-json, which for an unsigned column depends on the value. */
    int sqlType(String value) {
        if (isBinary()) {
            return 2004;
        }
        Promotion promotion = unsigned && value != null ? PROMOTIONS.get(base) : null;
        if (promotion != null && new BigDecimal(value).toBigInteger().compareTo(promotion.limit()) > 0) {
            return promotion.sqlType();
        }
        return SQL_TYPES.getOrDefault(base, 12);
    }
}
