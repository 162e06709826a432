package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.Event;
import dev.tidewatch.routefiles.check.YamlValue.Place;
import java.util.List;
import java.util.Map;

/**
 * One case of a test file; {@code route-test.schema.json} says what each part holds.
 *
 * @param place   where it begins in its file
 * @param route   the id of the route that is given something
 * @param answers what endpoints answer, by the id of a step, or the URI of an endpoint without its options
 */
record TestCase(String name, Place place, String route, List<Given> given, Map<String, JsonNode> answers, Done expected) {

    /**
     * What comes in.
     *
     * @param event   as a source gives it; null when it is something else
     * @param message otherwise: {@code body} and {@code headers}
     */
    record Given(Event event, JsonNode message) {
    }

    /**
     * What a route does.
     *
     * @param sent        objects with {@code to}, {@code body} and {@code headers}, and as it may be {@code step}, {@code method},
     *     {@code key} and {@code parameters}
     * @param deadLetters the reasons
     * @param waits       whether an event failed for now
     * @param fails       the class of the exception that a message ended with; null when none did
     * @param reply       what the last message got for an answer; null when that does not matter
     */
    record Done(List<JsonNode> lines, List<JsonNode> sent, List<String> deadLetters, boolean waits, String fails, JsonNode reply) {
    }
}
