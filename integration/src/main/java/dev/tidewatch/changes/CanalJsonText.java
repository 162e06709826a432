package dev.tidewatch.changes;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;

/** Rewrites the JSON of a message for its dead letter. All values that stay keep their text; white space is lost. */
public final class CanalJsonText {

    private static final ObjectMapper JSON = new ObjectMapper()
            // Of two fields with one name, only the last would be searched.
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

    static {
        // The broker limits the size of a record.
        JSON.getFactory().setStreamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build());
    }

    private CanalJsonText() {
    }

    /**
     * Removes fields from all objects of a message.
     *
     * @param names the names of these fields
     * @return the same bytes when there is no such field; empty when they are not one JSON value, or an object has a field twice
     */
    public static Optional<byte[]> without(Predicate<String> names, byte[] message) {
        try {
            JsonNode root = JSON.readTree(message);
            return Optional.of(remove(names, root) ? JSON.writeValueAsBytes(root) : message);
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    /**
     * The UPDATE of which an INSERT and a DELETE are the halves.
     *
     * @return empty when one of them is not a JSON object
     */
    public static Optional<byte[]> joined(byte[] delete, byte[] insert) {
        try {
            if (JSON.readTree(insert) instanceof ObjectNode update) {
                update.put("type", "UPDATE").set("old", JSON.readTree(delete).path("data"));
                return Optional.of(JSON.writeValueAsBytes(update));
            }
        } catch (IOException notJson) {
            // Reported as empty.
        }
        return Optional.empty();
    }

    private static boolean remove(Predicate<String> names, JsonNode node) {
        boolean removed = node instanceof ObjectNode object && object.properties().removeIf(field -> names.test(field.getKey()));
        for (JsonNode inner : node) {
            removed |= remove(names, inner);
        }
        return removed;
    }
}
