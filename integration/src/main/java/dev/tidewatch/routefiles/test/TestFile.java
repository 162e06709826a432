package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tidewatch.routefiles.check.RouteFile;
import dev.tidewatch.routefiles.check.RouteSummary;
import dev.tidewatch.routefiles.check.YamlPosition;
import dev.tidewatch.routefiles.check.YamlSchema;
import dev.tidewatch.routefiles.check.YamlValue;
import dev.tidewatch.routefiles.check.YamlValue.UnreadableYamlException;
import dev.tidewatch.routefiles.test.TestCase.RouteInput;
import dev.tidewatch.routefiles.test.TestCase.RouteOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Reads {@code *.test.yaml} files. */
final class TestFile {

    private final YamlSchema schema = new YamlSchema("/route-test.schema.json");
    private final TestEvents events;

    TestFile(ObjectMapper json) {
        events = new TestEvents(json);
    }

    /**
     * Reads the cases of a file.
     *
     * @param text   the content of the test file
     * @param routes the route file under test
     * @throws InvalidTestException with the first error
     */
    List<TestCase> read(String text, RouteFile routes) throws InvalidTestException {
        YamlValue root = root(text);
        Optional<YamlSchema.Violation> violation = schema.validate(root).stream().findFirst();
        if (violation.isPresent()) {
            throw new InvalidTestException(violation.get().position(), violation.get().reason());
        }
        List<TestCase> cases = new ArrayList<>();
        for (YamlValue item : root.items()) {
            cases.add(testCase(item, routes));
        }
        return cases;
    }

    private static YamlValue root(String text) throws InvalidTestException {
        try {
            return YamlValue.read(text).filter(root -> !root.isEmpty())
                    .orElseThrow(() -> new InvalidTestException(new YamlPosition(0, 0),
                            "The file contains no case. Add one that starts with `- name:`."));
        } catch (UnreadableYamlException e) {
            throw new InvalidTestException(e.position(), e.getMessage());
        }
    }

    private TestCase testCase(YamlValue item, RouteFile routes) throws InvalidTestException {
        RouteSummary route = route(item, routes);
        List<RouteInput> inputs = new ArrayList<>();
        for (YamlValue each : item.get("given").orElseThrow().items()) {
            inputs.add(input(each, inputs.size(), route));
        }
        if (inputs.isEmpty()) {
            throw new InvalidTestException(item.positionOf("given"), "`given` is empty. Add an input, such as `- userEvent: …`.");
        }
        Map<String, JsonNode> answers = new LinkedHashMap<>();
        for (Map.Entry<String, YamlValue> answer : item.get("answers").map(YamlValue::entries).orElse(Map.of()).entrySet()) {
            if (answer.getValue().get("fails").isPresent() && EndpointStubs.failure(answer.getValue().text("fails")).isEmpty()) {
                throw new InvalidTestException(answer.getValue().get("fails").get(),
                        "`%s` is not an exception class with a public constructor. Use one such as java.net.ConnectException."
                        .formatted(answer.getValue().text("fails")));
            }
            answers.put(answer.getKey(), answer.getValue().json());
        }
        JsonNode expected = item.get("expect").map(YamlValue::json).orElse(MissingNode.getInstance());
        return new TestCase(item.text("name"), item.position(), route.id(), inputs, answers, new RouteOutcome(
                list(expected.path("lines"), Function.identity()),
                list(expected.path("sent"), Function.identity()),
                list(expected.path("deadLetters"), JsonNode::asText),
                expected.path("waits").asBoolean(),
                expected.path("fails").isTextual() ? expected.path("fails").asText() : null,
                expected.has("reply") ? expected.get("reply") : null));
    }

    private RouteInput input(YamlValue item, int index, RouteSummary route) throws InvalidTestException {
        Map.Entry<String, YamlValue> only = item.entries().entrySet().stream().findFirst()
                .orElseThrow(() -> new InvalidTestException(item, "The input is empty. Write `userEvent:` or another kind."));
        boolean message = only.getKey().equals("message");
        if (message == route.from().startsWith("kamelet:")) {
            throw new InvalidTestException(item, message
                    ? "The route `%s` consumes events. Write `userEvent` or `rowChange`.".formatted(route.id())
                    : "The route `%s` consumes no events. Write `message`.".formatted(route.id()));
        }
        return message ? new RouteInput(null, only.getValue().json())
                : new RouteInput(events.create(only.getKey(), only.getValue(), index), null);
    }

    private static RouteSummary route(YamlValue item, RouteFile routes) throws InvalidTestException {
        List<RouteSummary> entryPoints = routes.routes().stream().filter(route -> !route.from().startsWith("direct:")
                && !route.from().startsWith("seda:")).toList();
        String id = item.text("route");
        if (id.isEmpty() && entryPoints.size() == 1) {
            return entryPoints.get(0);
        }
        return entryPoints.stream().filter(route -> route.id().equals(id)).findFirst()
                .orElseThrow(() -> new InvalidTestException(id.isEmpty() ? item.position() : item.positionOf("route"),
                        "%s Write `route:` and one of %s.".formatted(
                                id.isEmpty() ? "The file has several routes." : "The route `%s` cannot get an input.".formatted(id),
                                entryPoints.stream().map(RouteSummary::id).toList())));
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> item) {
        return StreamSupport.stream(array.spliterator(), false).map(item).toList();
    }
}
