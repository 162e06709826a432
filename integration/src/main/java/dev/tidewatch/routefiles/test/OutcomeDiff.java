package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.routefiles.test.TestCase.RouteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Compares the outcome of a route with the expected one. Of an object, only the expected fields are compared. */
final class OutcomeDiff {

    private final List<String> found = new ArrayList<>();

    private OutcomeDiff() {
    }

    /** A phrase for each difference. */
    static List<String> between(RouteOutcome expected, RouteOutcome actual) {
        OutcomeDiff diff = new OutcomeDiff();
        diff.lists("line", expected.lines(), actual.lines());
        diff.lists("sent", expected.sent(), actual.sent().stream()
                .map(sent -> named(sent, expected.sent())).toList());
        if (!expected.deadLetters().equals(actual.deadLetters())) {
            diff.found.add("the reasons of the dead letters are %s, not %s".formatted(actual.deadLetters(), expected.deadLetters()));
        }
        if (expected.waits() != actual.waits()) {
            diff.found.add(actual.waits() ? "an event failed transiently and would be retried" : "no event failed transiently");
        }
        if (!Objects.equals(expected.fails(), actual.fails())) {
            diff.found.add(actual.fails() == null ? "the route did not fail with " + expected.fails()
                    : "the route failed with " + actual.fails());
        }
        if (expected.reply() != null) {
            diff.values("reply", expected.reply(), actual.reply());
        }
        return diff.found;
    }

    /** Shows the id of the step instead of the URI where the test expects it. */
    private static JsonNode named(JsonNode sent, List<JsonNode> expected) {
        String step = sent.path("step").asText();
        boolean byStep = expected.stream().anyMatch(one -> one.path("to").asText().equals(step));
        return byStep ? ((ObjectNode) sent.deepCopy()).put("to", step) : sent;
    }

    private void lists(String what, List<JsonNode> expected, List<JsonNode> actual) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            if (i >= actual.size()) {
                found.add("%s %d is missing: %s".formatted(what, i + 1, expected.get(i)));
            } else if (i >= expected.size()) {
                found.add("%s %d is not expected: %s".formatted(what, i + 1, actual.get(i)));
            } else {
                values("%s %d".formatted(what, i + 1), expected.get(i), actual.get(i));
            }
        }
    }

    private void values(String where, JsonNode expected, JsonNode actual) {
        if (expected.isObject() && actual != null && actual.isObject()) {
            expected.fields().forEachRemaining(field -> values(where + "." + field.getKey(), field.getValue(), actual.get(field.getKey())));
        } else if (expected.isArray() && actual != null && actual.isArray() && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                values("%s[%d]".formatted(where, i), expected.get(i), actual.get(i));
            }
        } else if (!same(expected, actual)) {
            found.add("%s is %s, not %s".formatted(where, actual == null ? "absent" : actual, expected));
        }
    }

    private static boolean same(JsonNode expected, JsonNode actual) {
        if (actual == null || actual.isNull()) {
            return expected.isNull();
        }
        return expected.isNumber() && actual.isNumber() ? expected.decimalValue().compareTo(actual.decimalValue()) == 0
                : expected.equals(actual);
    }
}
