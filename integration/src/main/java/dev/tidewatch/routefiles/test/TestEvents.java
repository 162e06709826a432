package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.Event;
import dev.tidewatch.changes.Incompleteness;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.SchemaChange;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.routefiles.check.YamlValue;
import java.time.DateTimeException;
import java.time.Instant;

/** Creates events from the values of a test file. */
final class TestEvents {

    private static final String DEFAULT_TIME = "2026-01-01T00:00:00.000Z";

    private final ObjectMapper json;

    TestEvents(ObjectMapper json) {
        this.json = json;
    }

    /**
     * Creates an event.
     *
     * @param kind  {@code userEvent}, {@code rowChange} or {@code schemaChange}
     * @param index the index of the input in its case, from 0
     */
    Event create(String kind, YamlValue given, int index) throws InvalidTestException {
        JsonNode value = given.json();
        try {
            return switch (kind) {
                case "userEvent" -> json.treeToValue(json.createObjectNode()
                        .put("eventId", "00000000-0000-7000-8000-%012d".formatted(index))
                        .put("timestamp", DEFAULT_TIME).setAll((ObjectNode) value), UserEvent.class);
                case "rowChange" -> new RowChange(value.path("operation").asText(), value.path("database").asText(),
                        value.path("table").asText(), TestValues.map(value.path("key")), TestValues.map(value.path("data")),
                        value.has("old") ? TestValues.map(value.get("old")) : null, commitTs(value), commitTime(value),
                        value.has("incomplete") ? new Incompleteness(value.get("incomplete").asText(), null) : null);
                default -> new SchemaChange(value.path("ddlType").asText(), value.path("database").asText(null),
                        value.path("table").asText(null), value.path("statement").asText(null), commitTs(value), commitTime(value));
            };
        } catch (JsonProcessingException | DateTimeException | NumberFormatException e) {
            throw new InvalidTestException(given, "The `%s` is invalid. Write times such as %s, and `commitTs` in digits."
                    .formatted(kind, DEFAULT_TIME));
        }
    }

    private static Long commitTs(JsonNode value) {
        return value.has("commitTs") ? Long.valueOf(value.get("commitTs").asText()) : null;
    }

    private static Instant commitTime(JsonNode value) {
        return Instant.parse(value.path("commitTime").asText(DEFAULT_TIME));
    }
}
