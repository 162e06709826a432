package dev.tidewatch.kamelets;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.SchemaChange;
import dev.tidewatch.outbox.UserEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Hides fields of events for one use of the Kamelet {@code mask-fields-action}, which makes it. */
public final class FieldMask {

    private static final String MASKED = "***";

    private final ColumnMask mask;
    private final ObjectMapper json;

    /**
     * @param fields words, separated by commas, as {@link ColumnMask} takes them
     * @throws IllegalArgumentException when there is none
     */
    public FieldMask(ObjectMapper json, String fields) {
        List<String> words = Arrays.stream(fields.split(",")).filter(word -> !word.isBlank()).toList();
        if (words.isEmpty()) {
            throw new IllegalArgumentException("fields names no field");
        }
        this.mask = new ColumnMask(words);
        this.json = json;
    }

    /**
     * Hides the fields of a body.
     *
     * @return an event for an event, and a map with the names of its JSON for anything else
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
        throw new IllegalArgumentException("mask-fields-action takes an event or a map, not "
                + (body == null ? "an empty body" : body.getClass().getName()));
    }

    private String masked(String name, String value) {
        return mask.isSecret(name) ? MASKED : value;
    }
}
