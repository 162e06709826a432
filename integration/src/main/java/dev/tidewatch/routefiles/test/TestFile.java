package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tidewatch.routefiles.check.RouteFile;
import dev.tidewatch.routefiles.check.RouteSummary;
import dev.tidewatch.routefiles.check.YamlSchema;
import dev.tidewatch.routefiles.check.YamlValue;
import dev.tidewatch.routefiles.check.YamlValue.Place;
import dev.tidewatch.routefiles.check.YamlValue.UnreadableYamlException;
import dev.tidewatch.routefiles.test.TestCase.Done;
import dev.tidewatch.routefiles.test.TestCase.Given;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Reads the cases of a file {@code *.test.yaml}. */
final class TestFile {

    private final YamlSchema schema = new YamlSchema("/route-test.schema.json");
    private final TestEvents events;

    TestFile(ObjectMapper json) {
        events = new TestEvents(json);
    }

    /**
     * The cases of a file.
     *
     * @param text   what the test file holds
     * @param routes the file that it tests
     * @throws WrongTestException what is wrong first
     */
    List<TestCase> read(String text, RouteFile routes) throws WrongTestException {
        YamlValue root = root(text);
        Optional<YamlSchema.Violation> violation = schema.validate(root).stream().findFirst();
        if (violation.isPresent()) {
            throw new WrongTestException(violation.get().place(), violation.get().reason());
        }
        List<TestCase> cases = new ArrayList<>();
        for (YamlValue item : root.items()) {
            cases.add(testCase(item, routes));
        }
        return cases;
    }

    private static YamlValue root(String text) throws WrongTestException {
        try {
            return YamlValue.read(text).filter(root -> !root.isNothing())
                    .orElseThrow(() -> new WrongTestException(new Place(0, 0), "There is no case in this file. Begin one with `- name:`."));
        } catch (UnreadableYamlException e) {
            throw new WrongTestException(e.place(), e.getMessage());
        }
    }

    private TestCase testCase(YamlValue item, RouteFile routes) throws WrongTestException {
        RouteSummary route = route(item, routes);
        List<Given> given = new ArrayList<>();
        for (YamlValue each : item.get("given").orElseThrow().items()) {
            given.add(given(each, given.size(), route));
        }
        if (given.isEmpty()) {
            throw new WrongTestException(item.placeOf("given"), "`given` is empty. Write what comes in, such as `- userEvent: …`.");
        }
        Map<String, JsonNode> answers = new LinkedHashMap<>();
        for (Map.Entry<String, YamlValue> answer : item.get("answers").map(YamlValue::entries).orElse(Map.of()).entrySet()) {
            if (answer.getValue().get("fails").isPresent() && StandIns.failure(answer.getValue().text("fails")).isEmpty()) {
                throw new WrongTestException(answer.getValue().get("fails").get(), "`%s` is no exception that can be thrown here. "
                        .formatted(answer.getValue().text("fails")) + "Write one such as java.net.ConnectException.");
            }
            answers.put(answer.getKey(), answer.getValue().json());
        }
        JsonNode expected = item.get("expect").map(YamlValue::json).orElse(MissingNode.getInstance());
        return new TestCase(item.text("name"), item.place(), route.id(), given, answers, new Done(
                list(expected.path("lines"), Function.identity()),
                list(expected.path("sent"), Function.identity()),
                list(expected.path("deadLetters"), JsonNode::asText),
                expected.path("waits").asBoolean(),
                expected.path("fails").isTextual() ? expected.path("fails").asText() : null,
                expected.has("reply") ? expected.get("reply") : null));
    }

    private Given given(YamlValue item, int index, RouteSummary route) throws WrongTestException {
        Map.Entry<String, YamlValue> only = item.entries().entrySet().stream().findFirst()
                .orElseThrow(() -> new WrongTestException(item, "Nothing is given here. Write `userEvent:` or another kind."));
        boolean message = only.getKey().equals("message");
        if (message == route.from().startsWith("kamelet:")) {
            throw new WrongTestException(item, message
                    ? "The route `%s` takes events. Give it a `userEvent` or a `rowChange`.".formatted(route.id())
                    : "The route `%s` takes no events. Give it a `message`.".formatted(route.id()));
        }
        return message ? new Given(null, only.getValue().json()) : new Given(events.read(only.getKey(), only.getValue(), index), null);
    }

    private static RouteSummary route(YamlValue item, RouteFile routes) throws WrongTestException {
        List<RouteSummary> beginnings = routes.routes().stream().filter(route -> !route.from().startsWith("direct:")
                && !route.from().startsWith("seda:")).toList();
        String id = item.text("route");
        if (id.isEmpty() && beginnings.size() == 1) {
            return beginnings.get(0);
        }
        return beginnings.stream().filter(route -> route.id().equals(id)).findFirst()
                .orElseThrow(() -> new WrongTestException(id.isEmpty() ? item.place() : item.placeOf("route"),
                        "No route `%s` is given anything here. Write `route:` and one of %s.".formatted(id,
                                beginnings.stream().map(RouteSummary::id).toList())));
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> item) {
        return StreamSupport.stream(array.spliterator(), false).map(item).toList();
    }
}
