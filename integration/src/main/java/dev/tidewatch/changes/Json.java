package dev.tidewatch.changes;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tidewatch.Unicode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses JSON strictly: duplicate fields, deep nesting and invalid UTF-8 are errors. Thread-safe. */
final class Json {

    /** TiDB refuses JSON columns deeper than 100. */
    static final int DEEPEST = 128;

    private final JsonFactory factory = factory(true);
    private final JsonFactory lenient = factory(false);

    private static JsonFactory factory(boolean findsDuplicates) {
        return JsonFactory.builder()
                .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, findsDuplicates)
                // a value with zero bytes is broken, not UTF-16
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        // the broker limits the size of a record
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                // Jackson quotes invalid input in its messages, which may be the value of a row
                .errorReportConfiguration(ErrorReportConfiguration.builder().maxErrorTokenLength(0).maxRawContentLength(0).build())
                .build();
    }

    /** @param findsDuplicates whether a duplicate field is an error */
    JsonParser parser(byte[] value, int offset, boolean findsDuplicates) throws IOException {
        return (findsDuplicates ? factory : lenient).createParser(value, offset, value.length - offset);
    }

    /** The value of a JSON column, or the text itself when it is not JSON. */
    Object parsed(String text) {
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() == null) {
                return text;
            }
            Object value = value(parser);
            return parser.nextToken() == null ? value : text;
        } catch (IOException notJson) {
            return text;
        }
    }

    /** The value at the current token, with numbers as {@link Numbers} converts them. Leaves the parser at the last token of the value. */
    static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> text(parser);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Numbers.any(parser.getText());
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            default -> null;
        };
    }

    /** Unpaired surrogates become U+FFFD: they cannot be written as UTF-8, and logging the change would fail. */
    static String text(JsonParser parser) throws IOException {
        return Unicode.wellFormed(parser.getText());
    }

    static String name(JsonParser parser) throws IOException {
        return Unicode.wellFormed(parser.currentName());
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextFieldName() != null) {
            String name = name(parser);
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static List<Object> array(JsonParser parser) throws IOException {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }
}
