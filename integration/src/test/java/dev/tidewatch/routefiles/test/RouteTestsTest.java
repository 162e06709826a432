package dev.tidewatch.routefiles.test;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.outbox.UserEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteTestsTest {

    private static final String WARN_OF_FAILURES = """
            - route:
                id: warn-of-failures
                from:
                  uri: kamelet:user-events-source
                  steps:
                    - filter:
                        simple: ${body.action} == 'LOGIN_FAILURE'
                        steps:
                          - to:
                              uri: kamelet:log-event-sink
                              parameters: {level: WARN, message: "${body.username} failed"}
            """;
    private static final String FAILURE = "userEvent: {action: LOGIN_FAILURE, username: admin, ipAddress: 203.0.113.7}";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @Test
    void everyExamplePassesItsTests() throws IOException {
        Path examples = Path.of("../routes/examples");

        assertThat(test(examples)).as(out()).isZero();
        try (var files = Files.list(examples)) {
            assertThat(files.map(Path::toString).filter(file -> file.endsWith(".camel.yaml"))
                    .map(file -> file.replace(".camel.", ".test.")))
                    .isNotEmpty().allMatch(file -> out().contains(file + ":"));
        }
        assertThat(out().lines()).allMatch(line -> line.contains(": passed: "));
        assertThat(err()).isEqualTo(out().lines().count() + " cases, 0 failed.\n");
    }

    @Test
    void printsPassedAndFailedCases() throws IOException {
        Path tests = write(WARN_OF_FAILURES, """
                - name: warns of a failure
                  given:
                    - %s
                  expect:
                    lines:
                      - {level: WARN, message: admin failed, event: LOGIN_FAILURE, ip: 203.0.113.7, routeId: warn-of-failures}
                - name: logs an error
                  given:
                    - %1$s
                  expect:
                    lines:
                      - {level: ERROR, message: admin failed, userId: 1}
                      - {message: once more}
                - name: is silent
                  given:
                    - %1$s
                """.formatted(FAILURE));

        assertThat(test(tests)).isEqualTo(1);
        assertThat(out().lines().map(line -> line.replaceAll("\"timestamp.*", "…")).toList()).containsExactly(
                tests + ":1:3: passed: warns of a failure",
                tests + ":7:3: failed: logs an error: line 1.level is \"WARN\", not \"ERROR\"; line 1.userId is absent, not 1; "
                        + "line 2 is missing: {\"message\":\"once more\"}",
                tests + ":14:3: failed: is silent: line 1 is not expected: {…");
        assertThat(err()).isEqualTo("3 cases, 2 failed.\n");
    }

    @Test
    void handsOverListsToABatchRoute() throws IOException {
        Path tests = write("""
                - route:
                    id: all-at-once
                    from:
                      uri: kamelet:user-events-source
                      parameters: {batch: true}
                      steps:
                        - to:
                            uri: kamelet:log-event-sink
                            parameters: {message: "${body.size} of ${body[0].username}, ${header.eventId}"}
                """, """
                - name: writes the line of the event
                  given:
                    - %s
                  expect:
                    lines:
                      - {message: "1 of admin, ", event: LOGIN_FAILURE, username: admin, routeId: all-at-once}
                """.formatted(FAILURE));

        assertThat(test(tests)).as(out()).isZero();
    }

    @Test
    void recordsSentMessages() throws IOException {
        Path tests = write("""
                - route:
                    id: publish
                    from:
                      uri: timer:tick
                      steps:
                        - unmarshal: {json: {}}
                        - setHeader: {name: kafka.KEY, simple: "${body[id]}"}
                        - marshal: {json: {}}
                        - to: {id: publish-it, uri: "kafka:copies"}
                        - toD: {id: call-it, uri: "http://example.invalid/${header.path}?httpMethod=PUT"}
                        - to: {id: look-up, uri: "sql:SELECT name FROM people WHERE id = :#path"}
                        - to: {id: store-it, uri: "sql:UPDATE people SET name = :#${body[0][name]} WHERE id = :#path"}
                """, """
                - name: all of it
                  given:
                    - message: {body: {id: k1, n: 2}, headers: {path: p1}}
                  answers:
                    call-it: {body: {done: true}}
                    look-up: {body: [{name: alice}]}
                  expect:
                    sent:
                      - {to: "kafka:copies", key: k1, body: {n: 2}}
                      - {to: "http://example.invalid/p1", method: PUT}
                      - {to: store-it, parameters: [alice, p1]}
                """);

        assertThat(test(tests)).as(out()).isZero();
    }

    @Test
    void distinguishesDeadLettersFromRetries() throws IOException {
        Path tests = write("""
                - route:
                    id: classify
                    from:
                      uri: kamelet:database-changes-source
                      parameters: {table: users, operations: "INSERT,DELETE"}
                      steps:
                        - filter:
                            simple: ${body.operation} == 'DELETE'
                            steps:
                              - to:
                                  uri: kamelet:dead-letter-action
                                  parameters: {reason: "${body.table} are not deleted"}
                        - to: {id: call, uri: "http://example.invalid/"}
                """, """
                - name: a deletion is a dead letter
                  given:
                    - rowChange: {operation: DELETE, database: d, table: users, key: {id: 1}, data: {id: 1}}
                  expect:
                    deadLetters: [users are not deleted]
                - name: an update is not selected
                  given:
                    - rowChange: {operation: UPDATE, database: d, table: users, key: {id: 1}, data: {id: 1}, old: {}}
                    - rowChange: {operation: INSERT, database: d, table: other, key: {id: 1}, data: {id: 1}}
                - name: a transient failure is retried
                  given:
                    - rowChange: {operation: INSERT, database: d, table: users, key: {id: 1}, data: {id: 1}}
                  answers:
                    call: {fails: java.net.ConnectException}
                  expect:
                    sent: [{to: call, method: POST}]
                    waits: true
                - name: a permanent failure is a dead letter
                  given:
                    - rowChange: {operation: INSERT, database: d, table: users, key: {id: 1}, data: {id: 1}}
                  answers:
                    call: {fails: java.lang.IllegalStateException}
                  expect:
                    sent: [{to: call}]
                    deadLetters: [failed with java.lang.IllegalStateException]
                """);

        assertThat(test(tests)).as(out()).isZero();
    }

    @Test
    void comparesReply() throws IOException {
        Path tests = write("""
                - route:
                    id: greet
                    from:
                      uri: platform-http:/hello
                      steps:
                        - setHeader: {name: CamelHttpResponseCode, constant: "202"}
                        - setBody: {simple: "hello ${header.name}"}
                """, """
                - name: greets
                  given: [message: {headers: {name: alice}}]
                  expect: {reply: {body: hello alice, headers: {CamelHttpResponseCode: "202"}}}
                - name: shouts
                  given: [message: {headers: {name: alice}}]
                  expect: {reply: {body: HELLO}}
                """);

        assertThat(test(tests)).isEqualTo(1);
        assertThat(out().lines()).containsExactly(tests + ":1:3: passed: greets",
                tests + ":4:3: failed: shouts: reply.body is \"hello alice\", not \"HELLO\"");
    }

    @Test
    void rejectsInvalidTestFiles() throws IOException {
        List<List<String>> invalid = List.of(
                List.of("- name: x\n  gvien: []\n", "2:3: The element `gvien` does not exist. Did you mean `given`?"),
                List.of("- name: x\n  given: []\n", "2:3: `given` is empty. Add an input, such as `- userEvent: …`."),
                List.of("- name: x\n  given: [userEvent: {action: LOGIN}]\n", "2:31: `action` cannot be `LOGIN`. Write one of "
                        + Stream.of(UserEvent.Action.values()).map("`%s`"::formatted).collect(Collectors.joining(", ")) + "."),
                List.of("- name: x\n  given: [userEvent: {usrname: a, action: LOGOUT}]\n",
                        "2:23: `userEvent` has no option `usrname`. Did you mean `username`?"),
                List.of("- name: x\n  route: other\n  given: [%s]\n".formatted("userEvent: {action: LOGOUT}"),
                        "2:3: The route `other` cannot get an input. Write `route:` and one of [warn-of-failures]."),
                List.of("- name: x\n  given: [message: {body: a}]\n",
                        "2:11: The route `warn-of-failures` consumes events. Write `userEvent` or `rowChange`."),
                List.of("- name: x\n  given: [userEvent: {action: LOGOUT, timestamp: yesterday}]\n",
                        "2:22: The `userEvent` is invalid. Write times such as 2026-01-01T00:00:00.000Z, and `commitTs` in digits."),
                List.of("- name: x\n  given: [userEvent: {action: LOGOUT}]\n  answers: {nobody: {body: 1}}\n",
                        "1:3: failed: x: the answer of `nobody` was not used"),
                List.of("- name: x\n  given: [userEvent: {action: LOGOUT}]\n  answers: {nobody: {fails: Bang}}\n",
                        "3:29: `Bang` is not an exception class with a public constructor. Use one such as java.net.ConnectException."),
                List.of("", "0:0: The file contains no case. Add one that starts with `- name:`."));
        for (List<String> each : invalid) {
            Path tests = write(WARN_OF_FAILURES, each.get(0));
            out.reset();
            assertThat(test(tests)).isEqualTo(1);
            assertThat(out()).isEqualTo(tests + ":" + each.get(1) + System.lineSeparator());
        }
    }

    @Test
    void failsForRejectedRouteFile() throws IOException {
        write(WARN_OF_FAILURES.replace("user-events-source", "user-event-source"), "- name: x\n");

        assertThat(test(folder)).isEqualTo(1);
        assertThat(out()).startsWith(folder.resolve("x.camel.yaml") + ":4:12: The Kamelet `user-event-source` does not exist.");
        Files.delete(folder.resolve("x.camel.yaml"));
        out.reset();
        assertThat(test(folder)).isEqualTo(1);
        assertThat(out()).contains("The file does not exist.");
    }

    @Test
    void failsForBlockedRoute() throws IOException {
        Path tests = write("""
                - route:
                    id: hang
                    from:
                      uri: timer:tick
                      steps:
                        - delay: {constant: "3600000"}
                """, "- name: delay of an hour\n  given: [message: {}]\n");

        assertThat(new RouteTests(print(out), print(err), Duration.ofSeconds(1)).run(List.of(tests.toString()))).isEqualTo(1);
        assertThat(out()).contains("failed: delay of an hour: the case took longer than 1 s");
    }

    @Test
    void schemaMatchesUserEvents() throws IOException {
        JsonNode userEvent = new ObjectMapper().readTree(getClass().getResource("/route-test.schema.json"))
                .at("/items/properties/given/items/properties/userEvent/properties");

        assertThat(userEvent.at("/action/enum")).extracting(JsonNode::asText)
                .containsExactly(Arrays.stream(UserEvent.Action.values()).map(Enum::name).toArray(String[]::new));
        assertThat(userEvent.at("/reason/enum")).extracting(JsonNode::asText)
                .containsExactly(Arrays.stream(UserEvent.Reason.values()).map(Enum::name).toArray(String[]::new));
        assertThat(userEvent.fieldNames()).toIterable()
                .containsExactly(Arrays.stream(UserEvent.class.getRecordComponents()).map(RecordComponent::getName).toArray(String[]::new));
    }

    @Test
    void printsUsageForInvalidArguments() {
        assertThat(test()).isEqualTo(2);
        assertThat(test(folder.resolve("none"))).isEqualTo(2);
        assertThat(test(folder)).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err().lines()).contains("Usage: java -jar tidewatch.jar test <files or folders>",
                "No tests found. Write the tests of x.camel.yaml into x.test.yaml in the same folder.");
    }

    private Path write(String routes, String tests) throws IOException {
        Files.writeString(folder.resolve("x.camel.yaml"), routes);
        return Files.writeString(folder.resolve("x.test.yaml"), tests);
    }

    private int test(Path... files) {
        return new RouteTests(print(out), print(err), Duration.ofSeconds(20)).run(Arrays.stream(files).map(Path::toString).toList());
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
