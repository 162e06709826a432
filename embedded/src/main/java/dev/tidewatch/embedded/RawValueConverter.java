package dev.tidewatch.embedded;

import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Debezium's place to convert the values of a column: here every value becomes canal-json's text at once, before Debezium's own conversions
 * could lose anything, and the column's schema carries its type name. Public, because Debezium creates it by its name.
 */
public final class RawValueConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {

    static final String MYSQL_TYPE = "tidewatch.mysqlType";

    @Override
    public void configure(Properties properties) {
        // Nothing to configure.
    }

    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        CanalType type = CanalType.of(column.typeName());
        ColumnFormatter text = new ColumnFormatter(type, column.length().orElse(0), charset(column.charsetName()));
        registration.register(SchemaBuilder.string().optional().parameter(MYSQL_TYPE, type.mysqlType()), text::of);
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
