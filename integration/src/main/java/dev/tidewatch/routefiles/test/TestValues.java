package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Converts values of a test file to those of events and messages. */
final class TestValues {

    private TestValues() {
    }

    /** Integers become {@code long}, as in events. */
    static Object plain(JsonNode value) {
        if (value.isObject()) {
            return map(value);
        }
        if (value.isArray()) {
            List<Object> list = new ArrayList<>(value.size());
            value.forEach(item -> list.add(plain(item)));
            return list;
        }
        return value.isNull() || value.isMissingNode() ? null : value.isBoolean() ? (Object) value.asBoolean()
                : value.isIntegralNumber() && value.canConvertToLong() ? (Object) value.asLong()
                : value.isNumber() ? value.numberValue() : value.asText();
    }

    static Map<String, Object> map(JsonNode object) {
        Map<String, Object> map = new LinkedHashMap<>();
        object.fields().forEachRemaining(field -> map.put(field.getKey(), plain(field.getValue())));
        return map;
    }
}
