package dev.tidewatch.embedded;

import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Formats every value for canal-json before Debezium's own conversions can lose precision, and stores the column's type in its schema.
 * Public because Debezium loads it by class name.
 */
public final class RawValueConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {

    static final String MYSQL_TYPE = "tidewatch.mysqlType";

    @Override
    public void configure(Properties properties) {
        // No options.
    }

    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        CanalType type = CanalType.of(column.typeName());
        ColumnFormatter formatter = new ColumnFormatter(type, column.length().orElse(0), charset(column.charsetName()));
        registration.register(SchemaBuilder.string().optional().parameter(MYSQL_TYPE, type.mysqlType()), formatter::format);
    }

    private static Charset charset(String mysqlName) {
        return switch (mysqlName == null ? "utf8mb4" : mysqlName.toLowerCase(Locale.ROOT)) {
            case "utf8mb4", "utf8mb3", "utf8" -> StandardCharsets.UTF_8;
            case "latin1" -> Charset.forName("windows-1252");
            case "binary" -> StandardCharsets.ISO_8859_1;
            default -> Charset.isSupported(mysqlName) ? Charset.forName(mysqlName) : StandardCharsets.UTF_8;
        };
    }
}
