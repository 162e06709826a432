package dev.tidewatch.routefiles.test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.routefiles.test.TestCase.Done;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Where what a route did is not what its test expects. Of an object only the fields that are expected matter. */
final class Differences {

    private final List<String> found = new ArrayList<>();

    private Differences() {
    }

    /** A phrase for each difference; none when everything is as expected. */
    static List<String> between(Done expected, Done done) {
        Differences differences = new Differences();
        differences.lists("line", expected.lines(), done.lines());
        differences.lists("sent", expected.sent(), done.sent().stream()
                .map(sent -> named(sent, expected.sent())).toList());
        if (!expected.deadLetters().equals(done.deadLetters())) {
            differences.found.add("the reasons of dead letters are %s, not %s".formatted(done.deadLetters(), expected.deadLetters()));
        }
        if (expected.waits() != done.waits()) {
            differences.found.add(done.waits() ? "an event failed for now, and would come again" : "no event failed for now");
        }
        if (!Objects.equals(expected.fails(), done.fails())) {
            differences.found.add(done.fails() == null ? "it did not fail with " + expected.fails() : "it failed with " + done.fails());
        }
        if (expected.reply() != null) {
            differences.values("reply", expected.reply(), done.reply());
        }
        return differences.found;
    }

    /** An endpoint that is expected by the id of its step shows it in the place of its URI. */
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
            found.add("%s is %s, not %s".formatted(where, actual == null ? "not there" : actual, expected));
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
