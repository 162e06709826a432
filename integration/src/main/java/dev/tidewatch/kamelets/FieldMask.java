package dev.tidewatch.kamelets;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.SchemaChange;
import dev.tidewatch.outbox.UserEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Masks fields of events for one use of the Kamelet {@code mask-fields-action}. */
public final class FieldMask {

    private static final String MASKED = "***";

    private final ColumnMask mask;
    private final ObjectMapper json;

    /**
     * @param fields a comma-separated list of words, as in {@link ColumnMask}
     * @throws IllegalArgumentException when the list is empty
     */
    public FieldMask(ObjectMapper json, String fields) {
        List<String> words = Arrays.stream(fields.split(",")).filter(word -> !word.isBlank()).toList();
        if (words.isEmpty()) {
            throw new IllegalArgumentException("fields must name at least one field");
        }
        this.mask = new ColumnMask(words);
        this.json = json;
    }

    /**
     * Masks the fields of a body.
     *
     * @return an event for an event; a map of JSON fields for any other body
     * @throws IllegalArgumentException when the body has no fields
     */
    public Object mask(Object body) {
        if (body instanceof RowChange change) {
            return mask.mask(change);
        }
        if (body instanceof SchemaChange) {
            return body;
        }
        if (body instanceof UserEvent event) {
            return new UserEvent(event.eventId(), event.timestamp(), event.action(), mask.isSecret("userId") ? null : event.userId(),
                    masked("username", event.username()), masked("ipAddress", event.ipAddress()), masked("userAgent", event.userAgent()),
                    event.reason());
        }
        if (body instanceof Map<?, ?> map) {
            return mask.mask(map);
        }
        if (json.convertValue(body, Object.class) instanceof Map<?, ?> map) {
            return mask.mask(map);
        }
        throw new IllegalArgumentException("mask-fields-action accepts an event or a body with fields, not "
                + (body == null ? "an empty body" : body.getClass().getName()));
    }

    private String masked(String name, String value) {
        return mask.isSecret(name) ? MASKED : value;
    }
}
