package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.SchemaChange;
import dev.tidewatch.Event;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.routefiles.check.YamlValue;
import java.time.DateTimeException;
import java.time.Instant;

/** TestEvents as a test file gives them. */
final class TestEvents {

    private static final String FIRST_TIME = "2026-01-01T00:00:00.000Z";

    private final ObjectMapper json;

    TestEvents(ObjectMapper json) {
        this.json = json;
    }

    /**
     * An event.
     *
     * @param kind  {@code userEvent}, {@code rowChange} or {@code schemaChange}
     * @param index which of its case it is; from 0
     */
    Event read(String kind, YamlValue given, int index) throws WrongTestException {
        JsonNode value = given.json();
        try {
            return switch (kind) {
                case "userEvent" -> json.treeToValue(json.createObjectNode()
                        .put("eventId", "00000000-0000-7000-8000-%012d".formatted(index))
                        .put("timestamp", FIRST_TIME).setAll((ObjectNode) value), UserEvent.class);
                case "rowChange" -> new RowChange(value.path("operation").asText(), value.path("database").asText(),
                        value.path("table").asText(), Values.map(value.path("key")), Values.map(value.path("data")),
                        value.has("old") ? Values.map(value.get("old")) : null, commitTs(value), commitTime(value), null);
                default -> new SchemaChange(value.path("ddlType").asText(), value.path("database").asText(null),
                        value.path("table").asText(null), value.path("statement").asText(null), commitTs(value), commitTime(value));
            };
        } catch (JsonProcessingException | DateTimeException | NumberFormatException e) {
            throw new WrongTestException(given, "The `%s` cannot be read. Write a time as in %s, and a commitTs in digits."
                    .formatted(kind, FIRST_TIME));
        }
    }

    private static Long commitTs(JsonNode value) {
        return value.has("commitTs") ? Long.valueOf(value.get("commitTs").asText()) : null;
    }

    private static Instant commitTime(JsonNode value) {
        return Instant.parse(value.path("commitTime").asText(FIRST_TIME));
    }
}
