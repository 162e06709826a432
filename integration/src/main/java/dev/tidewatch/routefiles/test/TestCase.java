package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.Event;
import dev.tidewatch.routefiles.check.YamlPosition;
import java.util.List;
import java.util.Map;

/**
 * One case of a test file; {@code route-test.schema.json} describes its parts.
 *
 * @param route   the id of the route that gets the input
 * @param answers the replies of endpoints, by the id of a step or the URI without options
 */
record TestCase(String name, YamlPosition position, String route, List<RouteInput> inputs, Map<String, JsonNode> answers,
        RouteOutcome expected) {

    /**
     * One input of a route.
     *
     * @param event   an event of a source Kamelet; null for a message
     * @param message an object with {@code body} and {@code headers}; null for an event
     */
    record RouteInput(Event event, JsonNode message) {
    }

    /**
     * The observable result of a route.
     *
     * @param sent        objects with {@code to}, {@code body} and {@code headers}, and optionally {@code step}, {@code method},
     *     {@code key} and {@code parameters}
     * @param deadLetters the reasons of the dead letters
     * @param waits       whether an event failed transiently
     * @param fails       the exception class that a message failed with; null for none
     * @param reply       the reply to the last message; null if the test does not expect one
     */
    record RouteOutcome(List<JsonNode> lines, List<JsonNode> sent, List<String> deadLetters, boolean waits, String fails, JsonNode reply) {
    }
}
