package dev.tidewatch.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidewatch.changes.ColumnMask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import net.logstash.logback.marker.LogstashMarker;

/** The fields of a line, which go into its JSON without a map between; masks the secret ones of maps. Omits fields that are null. */
final class LineFields extends LogstashMarker {

    private static final long serialVersionUID = 1L;
    private static final String MASKED = "***";

    private final transient ColumnMask mask;
    private final transient Consumer<BiConsumer<String, Object>> fields;

    /** @param fields hands over the name and the value of each field */
    LineFields(ColumnMask mask, Consumer<BiConsumer<String, Object>> fields) {
        super("fields");
        this.mask = mask;
        this.fields = fields;
    }

    @Override
    public void writeTo(JsonGenerator generator) {
        fields.accept((name, value) -> {
            if (value != null) {
                try {
                    generator.writeFieldName(name);
                    write(generator, value);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    private void write(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Long number) {
            generator.writeNumber(number);
        } else if (value instanceof Map<?, ?> object) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> field : object.entrySet()) {
                String name = String.valueOf(field.getKey());
                generator.writeFieldName(name);
                write(generator, mask.isSecret(name) ? MASKED : field.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> array) {
            generator.writeStartArray();
            for (Object element : array) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else {
            generator.writeObject(value);
        }
    }
}
