package dev.tidewatch.changes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Masks the values of secret columns: replaces the value, also NULL, with {@code "***"} if the name of the column, or of a field inside a
 * JSON column, contains one of the words in any case.
 *
 * <p>Masks keys too. Two rows with a secret key column look the same afterwards, so recognise duplicates before masking.
 */
public final class ColumnMask {

    private static final String MASKED = "***";

    private final List<String> words;

    /** Masks names that contain {@code password}, {@code secret} or {@code token}. */
    public ColumnMask() {
        this(List.of("password", "secret", "token"));
    }

    /**
     * @param words parts of secret names; blank words are ignored, an empty list masks nothing
     */
    public ColumnMask(List<String> words) {
        this.words = words.stream().map(word -> word.strip().toLowerCase(Locale.ROOT)).filter(word -> !word.isEmpty()).toList();
    }

    /** The change with the secret values of its key, data and old masked. */
    public RowChange mask(RowChange change) {
        return new RowChange(change.operation(), change.database(), change.table(),
                mask(change.key()), mask(change.data()), change.old() == null ? null : mask(change.old()),
                change.commitTs(), change.commitTime(), change.incomplete(),
                change.otherKey() == null ? null : mask(change.otherKey()));
    }

    /** A copy with the secret values masked, also in nested objects and arrays. */
    public <K> Map<K, Object> mask(Map<K, ?> values) {
        Map<K, Object> masked = new LinkedHashMap<>();
        values.forEach((name, value) -> masked.put(name, isSecret(String.valueOf(name)) ? MASKED : maskInside(value)));
        return masked;
    }

    private Object maskInside(Object value) {
        if (value instanceof Map<?, ?> object) {
            return mask(object);
        }
        if (value instanceof List<?> array) {
            List<Object> masked = new ArrayList<>(array.size());
            array.forEach(element -> masked.add(maskInside(element)));
            return masked;
        }
        return value;
    }

    /** Whether values of this name are masked. */
    public boolean isSecret(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        for (String word : words) {
            if (lowerCase.contains(word)) {
                return true;
            }
        }
        return false;
    }
}
