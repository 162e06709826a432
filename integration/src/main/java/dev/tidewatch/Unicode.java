package dev.tidewatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Well-formed text: without unpaired surrogates, which JSON may escape and UTF-8 cannot encode. */
public final class Unicode {

    private Unicode() {
    }

    /** Whether every surrogate of the text is part of a pair. */
    public static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /** The text with U+FFFD in place of each unpaired surrogate; null for null. */
    public static String wellFormed(String text) {
        if (text == null || isWellFormed(text)) {
            return text;
        }
        return text.codePoints()
                .map(point -> Character.getType(point) == Character.SURROGATE ? '\uFFFD' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A JSON value of maps, lists and simple values with {@link #wellFormed(String) well-formed} names and texts. */
    public static Object wellFormedJson(Object value) {
        if (value instanceof String text) {
            return wellFormed(text);
        }
        if (value instanceof Map<?, ?> object) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            object.forEach((name, field) -> copy.put(wellFormedJson(name), wellFormedJson(field)));
            return copy;
        }
        if (value instanceof List<?> array) {
            List<Object> copy = new ArrayList<>(array.size());
            array.forEach(element -> copy.add(wellFormedJson(element)));
            return copy;
        }
        return value;
    }
}
