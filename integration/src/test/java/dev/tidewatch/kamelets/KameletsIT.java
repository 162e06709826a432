package dev.tidewatch.kamelets;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.routefiles.RouteControl;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Groups;
import dev.tidewatch.support.Routes;
import dev.tidewatch.support.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The Kamelets in users' routes. */
class KameletsIT extends ApplicationTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Autowired
    private CamelContext camel;

    @Autowired
    private RouteControl control;

    private Groups groups;
    private Topic userEvents;
    private Topic deadLetters;
    private String id;

    @BeforeAll
    void connect() {
        groups = new Groups(brokers);
        userEvents = new Topic(brokers, "user-events");
        deadLetters = new Topic(brokers, "user-events.dlq");
    }

    @AfterAll
    void disconnect() {
        groups.close();
        userEvents.close();
        deadLetters.close();
    }

    @BeforeEach
    void name() {
        id = "blocks-" + UUID.randomUUID();
    }

    @Test
    void doesNotConvertMessagesByConstructor() {
        assertThat(camel.getTypeConverter().tryConvertTo(StringBuilder.class, "a text")).isNull();
    }

    @Test
    void emitsUserEventAsBodyAndOriginAsHeaders() throws Exception {
        String eventId = sendUserEvents(1).get(0);
        try (Routes route = route("""
                    uri: kamelet:user-events-source
                    steps:
                      - filter:
                          simple: ${header.eventId} == '%s'
                          steps:
                            - setProperty: {name: text, simple: "${body.action} ${body.username} ${body.userId} ${body.timestamp}"}
                            - setProperty: {name: headers, simple: "${headers}"}
                            - marshal: {json: {}}
                            - log: {message: "${body} | ${exchangeProperty.text} | ${exchangeProperty.headers}"}
                """.formatted(eventId))) {
            String message = log.await(where("logger", id)).path("message").asText();
            assertThat(JSON.readTree(message.split(" \\| ")[0])).isEqualTo(JSON.readTree(userEvent(eventId)));
            assertThat(message.split(" \\| ")[1]).isEqualTo("LOGIN_SUCCESS blocks 7 2026-01-01T10:30:00.120Z");
            assertThat(message.split(" \\| ")[2]).contains("eventId=" + eventId, "eventTime=2026-01-01T10:30:00.120Z",
                    "eventTopic=user-events", "eventPartition=0", "eventOffset=").doesNotContain("kafka.").doesNotContain("surprise");
        }
    }

    @Test
    void runsTheExampleInTheDocs() throws Exception {
        Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/extend/kamelets.md")));
        assertThat(example.find()).isTrue();
        String topic = changes();
        send(topic, change(1, "INSERT", "tidewatch", "users", null, "{\"id\":\"1\",\"email\":\"a@example.org\"}"),
                change(2, "UPDATE", "tidewatch", "users", "{\"name\":\"a\"}", "{\"id\":\"1\",\"name\":\"b\"}"),
                change(3, "UPDATE", "tidewatch", "users", "{\"email\":\"a@example.org\"}", "{\"id\":\"1\",\"email\":\"b@example.org\"}"));
        try (Routes route = Routes.start(camel, id, example.group(1).replace("{table:", "{topic: " + topic + ", table:"))) {
            groups.awaitEnd("new-addresses", topic);
            List<JsonNode> lines = log.lines(where("routeId", "new-addresses"));
            assertThat(lines).extracting(line -> line.path("message").asText()).containsExactly("User 1 has another address");
            assertThat(lines.get(0).path("data").toString()).isEqualTo("{\"id\":1,\"email\":\"***\"}");
        }
    }

    /** By default, Camel shares one instance of a Kamelet among all uses with equal parameters. */
    @Test
    void allowsSeveralUsesOfOneKamelet() {
        String eventId = sendUserEvents(1).get(0);
        try (Routes route = route("""
                    uri: kamelet:user-events-source
                    steps:
                      - filter:
                          simple: ${header.eventId} == '%s'
                          steps:
                            - to: kamelet:log-event-sink
                            - to: kamelet:log-event-sink
                            - kamelet: {name: log-event-sink, parameters: {message: RAW(you & me)}}
                            - kamelet: {name: dead-letter-action, parameters: {reason: enough}}
                            - to: kamelet:log-event-sink
                """.formatted(eventId))) {
            log.await(where("cause", "enough").and(where("routeId", id)));
            assertThat(lines()).extracting(line -> line.path("message").asText()).containsExactly("User event", "User event", "you & me");
        }
    }

    @Test
    void emitsRowChangeWithTheJsonOfTheLogLine() throws Exception {
        String topic = changes();
        send(topic, change(1, "INSERT", "shop", "users", null,
                        "{\"id\":\"1\",\"email\":\"a@example.org\",\"token_hash\":\"s3cr3t\"}"),
                change(2, "UPDATE", "shop", "users", "{\"email\":\"a@example.org\"}",
                        "{\"id\":\"1\",\"email\":\"b@example.org\",\"token_hash\":\"s3cr3t\"}"));
        try (Routes route = route("""
                    uri: kamelet:database-changes-source
                    parameters: {topic: %s}
                    steps:
                      - setProperty:
                          name: text
                          simple: ${body.operation} ${body.table} ${body.key[id]} ${body?.old[email]} ${body?.data[email]} ${header.eventId}
                      - choice:
                          when:
                            - simple: ${body.operation} == 'UPDATE' && ${body.old[email]} != ${body.data[email]}
                              steps:
                                - log: {message: "moved from ${body.old[email]}"}
                      - marshal: {json: {}}
                      - log: {message: "${body} | ${exchangeProperty.text}"}
                """.formatted(topic))) {
            List<String> messages = log.await(3, where("logger", id)).stream().map(line -> line.path("message").asText()).toList();
            assertThat(messages.get(0)).isEqualTo("""
                    {"operation":"INSERT","database":"shop","table":"users","key":{"id":1},\
                    "data":{"id":1,"email":"a@example.org","token_hash":"***"},\
                    "commitTs":"470612000000000001","commitTime":"2026-08-10T10:49:02.713Z"}\
                     | INSERT users 1  a@example.org %s""".formatted(messages.get(0).substring(messages.get(0).lastIndexOf(' ') + 1)));
            assertThat(messages.get(1)).isEqualTo("moved from a@example.org");
            assertThat(messages.get(2)).contains("\"old\":{\"email\":\"a@example.org\"}")
                    .contains("UPDATE users 1 a@example.org b@example.org ");
            assertThat(UUID.fromString(messages.get(0).substring(messages.get(0).lastIndexOf(' ') + 1)))
                    .isNotEqualTo(UUID.fromString(messages.get(2).substring(messages.get(2).lastIndexOf(' ') + 1)));
        }
    }

    @Test
    void bug06ChangeWithoutTheWholeRowIsADeadLetterUnlessAccepted() throws Exception {
        String topic = changes();
        send(topic, change(1, "UPDATE", "shop", "users", "{\"id\":\"7\"}", "{\"id\":\"7\"}").replace("{\"commitTs\"",
                "{\"onlyHandleKey\":true,\"commitTs\""), change(2, "INSERT", "shop", "users", null, "{\"id\":\"8\"}"));
        try (Routes route = changes(topic, "table: users")) {
            groups.awaitEnd(id, topic);
            assertThat(lines()).extracting(line -> line.at("/key/id").asInt()).containsExactly(8);
            assertThat(log.await(where("deadLetterTopic", topic + ".dlq")).path("cause").asText())
                    .isEqualTo("the message does not have all columns of the row (handle-key-only); a route that needs none of them sets "
                            + "the parameter incomplete: accept");
        }
        name();
        try (Routes route = changes(topic, "incomplete: accept")) {
            groups.awaitEnd(id, topic);
            assertThat(lines()).extracting(line -> line.path("incomplete").asText()).containsExactly("handle-key-only", "");
        }
    }

    @Test
    void splitUpdateIsOneUpdate() throws Exception {
        String topic = changes();
        String before = "{\"id\":\"7\",\"email\":\"a@example.org\"}";
        String after = "{\"id\":\"7\",\"email\":\"b@example.org\"}";
        send(topic, change(1, "DELETE", "shop", "users", null, before), change(1, "INSERT", "shop", "users", null, after),
                change(2, "DELETE", "shop", "users", null, after), change(2, "INSERT", "shop", "users", null, after.replace("7", "9")),
                change(1, "DELETE", "shop", "users", null, before), change(1, "INSERT", "shop", "users", null, after));
        try (Routes route = changes(topic, "operations: \"UPDATE,DELETE,INSERT\"")) {
            groups.awaitEnd(id, topic);
            assertThat(lines()).extracting(line -> line.path("operation").asText()).containsExactly("UPDATE", "DELETE", "INSERT");
            assertThat(lines().get(0).path("old").toString()).isEqualTo("{\"email\":\"a@example.org\"}");
            assertThat(lines().get(1).path("newKey").toString()).isEqualTo("{\"id\":9}");
            assertThat(lines().get(2).path("oldKey").toString()).isEqualTo("{\"id\":7}");
        }
    }

    @Test
    void selectsDatabasesTablesAndOperations() throws Exception {
        String topic = changes();
        send(topic, change(1, "INSERT", "shop", "orders", null, "{\"id\":\"1\"}"),
                change(2, "UPDATE", "shop", "orders", "{\"id\":\"1\"}", "{\"id\":\"2\"}"),
                change(3, "INSERT", "shop", "Order_Items", null, "{\"id\":\"3\"}"),
                change(4, "INSERT", "shop", "users", null, "{\"id\":\"4\"}"),
                change(5, "DELETE", "stock", "orders", null, "{\"id\":\"5\"}"), ddl(6, "shop", "orders"));
        try (Routes route = changes(topic, "database: shop, table: order*, operations: \"insert, DELETE\"")) {
            groups.awaitEnd(id, topic);
            assertThat(lines()).extracting(line -> line.path("key").toString()).containsExactly("{\"id\":1}", "{\"id\":3}");
        }
        name();
        try (Routes route = changes(topic, "operations: DDL")) {
            groups.awaitEnd(id, topic);
            assertThat(lines()).extracting(line -> line.path("ddlType").asText()).containsExactly("ALTER");
        }
        name();
        try (Routes route = changes(topic, "")) {
            groups.awaitEnd(id, topic);
            assertThat(lines()).extracting(line -> line.path("operation").asText())
                    .as("no schema changes by default").containsExactly("INSERT", "UPDATE", "INSERT", "INSERT", "DELETE");
        }
    }

    @Test
    void unmaskedColumnsReachTheRouteButNotTheLog() throws Exception {
        String topic = changes();
        send(topic, change(1, "INSERT", "shop", "users", null, "{\"id\":\"1\",\"password\":\"open sesame\"}"));
        try (Routes route = route("""
                    uri: kamelet:database-changes-source
                    parameters: {topic: %s, mask: false}
                    steps:
                      - filter:
                          simple: ${body.data[password]} == 'open sesame'
                          steps:
                            - to: kamelet:log-event-sink
                """.formatted(topic))) {
            JsonNode line = log.await(mine());
            assertThat(line.path("data").path("password").asText()).isEqualTo("***");
            assertThat(log.texts()).noneMatch(text -> text.contains("open sesame"));
        }
    }

    @Test
    void logsTheFieldsOfTheEventForTheRoute() {
        String eventId = sendUserEvents(1).get(0);
        try (Routes route = route("""
                    uri: kamelet:user-events-source
                    steps:
                      - filter:
                          simple: ${header.eventId} == '%s'
                          steps:
                            - to:
                                uri: kamelet:log-event-sink
                                parameters: {message: "Hello ${body.username}, 100%%, more?", level: WARN}
                            - setBody: {constant: '{"level":"high","eventId":"of mine","api_token":"s3cr3t","at":{"count":3}}'}
                            - unmarshal: {json: {}}
                            - to: kamelet:log-event-sink
                            - setBody: {constant: "a text"}
                            - to: kamelet:log-event-sink
                """.formatted(eventId))) {
            List<JsonNode> lines = log.await(3, mine());
            assertThat(lines.get(0).path("message").asText()).isEqualTo("Hello blocks, 100%, more?");
            assertThat(lines.get(0).path("level").asText()).isEqualTo("WARN");
            assertThat(lines.get(0).path("event").asText()).isEqualTo("LOGIN_SUCCESS");
            assertThat(lines.get(0).path("eventId").asText()).isEqualTo(eventId);
            assertThat(lines.get(0).path("routeId").asText()).isEqualTo(id);
            assertThat(lines.get(0).path("topic").asText()).isEqualTo("user-events");
            assertThat(lines.get(1).path("level").asText()).isEqualTo("INFO");
            assertThat(lines.get(1).path("message").asText()).isEqualTo("Event");
            assertThat(lines.get(1).path("level_").asText()).isEqualTo("high");
            assertThat(lines.get(1).path("api_token").asText()).isEqualTo("***");
            assertThat(lines.get(1).path("at").path("count").asInt()).isEqualTo(3);
            assertThat(lines.get(2).path("body").asText()).isEqualTo("a text");
        }
    }

    @Test
    void masksFieldsOfEveryKindOfBody() throws Exception {
        String eventId = sendUserEvents(1).get(0);
        try (Routes route = route("""
                    uri: kamelet:user-events-source
                    steps:
                      - filter:
                          simple: ${header.eventId} == '%s'
                          steps:
                            - to: {uri: kamelet:mask-fields-action, parameters: {fields: "ipaddress, agent"}}
                            - log: {message: "${body.ipAddress} ${body.userAgent} ${body.username} ${body.timestamp}"}
                """.formatted(eventId))) {
            assertThat(log.await(where("logger", id)).path("message").asText()).isEqualTo("*** *** blocks 2026-01-01T10:30:00.120Z");
        }
        name();
        String topic = changes();
        send(topic, change(1, "UPDATE", "shop", "users", "{\"email\":\"a@example.org\"}", "{\"id\":\"1\",\"email\":\"b@example.org\"}"));
        try (Routes route = route("""
                    uri: kamelet:database-changes-source
                    parameters: {topic: %s}
                    steps:
                      - to: {uri: kamelet:mask-fields-action, parameters: {fields: email}}
                      - to: kamelet:log-event-sink
                """.formatted(topic))) {
            JsonNode line = log.await(mine());
            assertThat(line.path("data").toString()).isEqualTo("{\"id\":1,\"email\":\"***\"}");
            assertThat(line.path("old").toString()).isEqualTo("{\"email\":\"***\"}");
        }
    }

    @Test
    void publishesRejectedEventWithItsReason() {
        List<String> ids = sendUserEvents(3);
        try (Routes route = route("""
                    uri: kamelet:user-events-source
                    steps:
                      - choice:
                          when:
                            - simple: ${header.eventId} == '%s'
                              steps:
                                - to: {uri: kamelet:dead-letter-action, parameters: {reason: "no mailbox for ${body.username}"}}
                      - to: kamelet:log-event-sink
                """.formatted(ids.get(1)))) {
            ConsumerRecord<byte[], byte[]> deadLetter = deadLetters.await(record ->
                    id.equals(Topic.header(record, "dead-letter.group"))
                            && "no mailbox for blocks".equals(Topic.header(record, "dead-letter.message")));
            assertThat(Topic.text(deadLetter)).contains(ids.get(1));
            assertThat(Topic.header(deadLetter, "dead-letter.message")).isEqualTo("no mailbox for blocks");
            assertThat(Topic.header(deadLetter, "dead-letter.route")).isEqualTo(id);
            groups.awaitEnd(id, "user-events");
            assertThat(handled(ids)).containsExactly(ids.get(0), ids.get(2));
            assertThat(log.await(where("cause", "no mailbox for blocks")).path("routeId").asText()).isEqualTo(id);
            assertThat(myDeadLetters(ids)).hasSize(1);
        }
    }

    @Test
    void survivesRoutesThatStopOrOverwriteTheExchange() {
        List<String> ids = sendUserEvents(20);
        try (Routes route = route("""
                    uri: kamelet:user-events-source
                    steps:
                      - to: kamelet:log-event-sink
                      - setVariable: {name: poll, constant: mine}
                      - setVariable: {name: record, constant: mine}
                      - setVariable: {name: routeId, constant: mine}
                      - removeProperties: {pattern: "*"}
                      - removeHeaders: {pattern: "*"}
                      - setBody: {constant: mine}
                      - stop: {}
                """)) {
            groups.awaitEnd(id, "user-events");
            assertThat(handled(ids)).containsExactlyElementsOf(ids);
            assertThat(myDeadLetters(ids)).isEmpty();
        }
    }

    @Test
    void routeCanSendToAnotherTopic() throws Exception {
        String mirror = changes();
        List<String> ids = sendUserEvents(20);
        try (Routes route = route("""
                    uri: kamelet:user-events-source
                    steps:
                      - marshal: {json: {}}
                      - to: kafka:%s
                """.formatted(mirror)); Topic copies = new Topic(brokers, mirror)) {
            groups.awaitEnd(id, "user-events");
            List<String> copied = copies.all().stream().map(Topic::text).toList();
            ids.forEach(one -> assertThat(copied.stream().filter(copy -> copy.contains(one))).as("once").hasSize(1));
            assertThat(log.lines(line -> line.path("message").asText().startsWith(id + " retries "))).isEmpty();
        }
    }

    @Test
    void eachRouteReadsAllEventsAndResumesAfterARestart() {
        List<String> ids = sendUserEvents(5);
        String first = id;
        try (Routes one = logging()) {
            name();
            try (Routes two = logging()) {
                groups.awaitEnd(id, "user-events");
                assertThat(handled(ids)).containsExactlyElementsOf(ids);
            }
            groups.awaitEnd(first, "user-events");
        }
        List<String> more = sendUserEvents(5);
        id = first;
        try (Routes again = logging()) {
            groups.awaitEnd(id, "user-events");
            List<String> all = new ArrayList<>(ids);
            all.addAll(more);
            assertThat(handled(all)).containsExactlyElementsOf(all);
        }
    }

    @Test
    void newGroupCanStartFromLatest() {
        List<String> ids = sendUserEvents(2);
        try (Routes route = route("""
                    uri: kamelet:user-events-source
                    parameters: {groupId: group-of-%s, startFrom: latest}
                    steps:
                      - to: kamelet:log-event-sink
                """.formatted(id))) {
            Awaitility.await().until(() -> {
                ids.addAll(sendUserEvents(1));
                return !lines().isEmpty();
            });
            assertThat(handled(ids.subList(0, 2))).isEmpty();
        }
    }

    /** As with tools of Camel, which do not know that the source is a route of its own. */
    @Test
    void keepsRecordsWhileTheRouteIsStopped() throws Exception {
        List<String> ids = sendUserEvents(1);
        try (Routes route = logging()) {
            groups.awaitEnd(id, "user-events");
            camel.getRouteController().stopRoute(id);
            ids.addAll(sendUserEvents(2));
            log.await(line -> line.path("message").asText().startsWith(id + " retries "));
            assertThat(myDeadLetters(ids)).isEmpty();

            camel.getRouteController().startRoute(id);
            groups.awaitEnd(id, "user-events");
            assertThat(handled(ids)).containsExactlyElementsOf(ids);
            assertThat(myDeadLetters(ids)).isEmpty();
        }
    }

    @Test
    void stopsStartsAndRemovesRouteWithItsKamelets() throws Exception {
        List<String> before = ids();
        List<String> ids = sendUserEvents(1);
        try (Routes route = logging()) {
            groups.awaitEnd(id, "user-events");
            assertThat(control.kamelets(id)).hasSize(2);

            control.stop(id);
            assertThat(control.kamelets(id)).allSatisfy(kamelet ->
                    assertThat(camel.getRouteController().getRouteStatus(kamelet).isStopped()).isTrue());
            ids.addAll(sendUserEvents(2));
            control.start(id);
            control.start(id);
            groups.awaitEnd(id, "user-events");
            assertThat(handled(ids)).containsExactlyElementsOf(ids);
            assertThat(log.lines(line -> line.path("message").asText().startsWith(id + " retries "))).isEmpty();

            control.remove(id);
            control.remove(id);
            assertThat(ids()).isEqualTo(before);
            assertThatThrownBy(() -> control.stop(id)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void rejectsInvalidParametersWhenLoading() {
        assertThat(refusal("""
                    uri: kamelet:database-changes-source
                    parameters: {operations: UPSERT}
                    steps: [{to: kamelet:log-event-sink}]
                """)).contains("operations must be a comma-separated list of INSERT, UPDATE, DELETE and DDL");
        assertThat(refusal("""
                    uri: kamelet:user-events-source
                    steps: [{to: {uri: kamelet:log-event-sink, parameters: {level: LOUD}}}]
                """)).contains("LOUD");
        assertThat(refusal("""
                    uri: kamelet:user-events-source
                    steps: [{to: {uri: kamelet:mask-fields-action, parameters: {fields: " , "}}}]
                """)).contains("fields must name at least one field");
    }

    /** The messages of the failure to load a route, of which nothing must remain. */
    private String refusal(String from) {
        name();
        List<String> before = ids();
        Throwable refused = catchThrowable(() -> PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString(id + ".camel.yaml", "- route:\n    id: " + id + "\n    from:\n" + from.indent(2))));
        try {
            control.remove(id);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertThat(ids()).isEqualTo(before);
        StringBuilder texts = new StringBuilder();
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            texts.append(cause.getMessage()).append('\n');
        }
        return texts.toString();
    }

    private List<String> ids() {
        return camel.getRoutes().stream().map(route -> route.getRouteId()).sorted().toList();
    }

    private Routes route(String from) {
        return Routes.start(camel, id, "- route:\n    id: " + id + "\n    from:\n" + from.indent(2));
    }

    private Routes logging() {
        return route("""
                    uri: kamelet:user-events-source
                    steps:
                      - to: kamelet:log-event-sink
                """);
    }

    private Routes changes(String topic, String parameters) {
        return route("""
                    uri: kamelet:database-changes-source
                    parameters: {topic: %s, %s}
                    steps:
                      - to: kamelet:log-event-sink
                """.formatted(topic, parameters));
    }

    /** Lines of the route of the test. */
    private Predicate<JsonNode> mine() {
        return where("logger", "dev.tidewatch.routes").and(where("routeId", id));
    }

    private List<JsonNode> lines() {
        return log.lines(mine());
    }

    /** Those of the events that the route of the test has logged, in order. */
    private List<String> handled(List<String> ids) {
        return lines().stream().map(line -> line.path("eventId").asText()).filter(ids::contains).toList();
    }

    /** The dead letters of the route of the test among these events; other tests send unreadable records. */
    private List<ConsumerRecord<byte[], byte[]>> myDeadLetters(List<String> ids) {
        return deadLetters.all(record -> record.value() != null && id.equals(Topic.header(record, "dead-letter.group"))
                && ids.stream().anyMatch(Topic.text(record)::contains));
    }

    private List<String> sendUserEvents(int count) {
        List<String> ids = new ArrayList<>(IntStream.range(0, count).mapToObj(i -> UUID.randomUUID().toString()).toList());
        ids.forEach(eventId -> userEvents.send("7".getBytes(), userEvent(eventId).getBytes(), "surprise", "an unknown header"));
        return ids;
    }

    private static String userEvent(String eventId) {
        return """
                {"eventId":"%s","timestamp":"2026-01-01T10:30:00.120Z","action":"LOGIN_SUCCESS","userId":7,"username":"blocks",\
                "ipAddress":"127.0.0.1","userAgent":"curl/8","reason":null}""".formatted(eventId);
    }

    /** A new topic. */
    private String changes() throws Exception {
        String topic = "changes-" + UUID.randomUUID();
        groups.createTopic(topic, 1);
        groups.createTopic(topic + ".dlq", 1);
        return topic;
    }

    private void send(String topic, String... messages) {
        try (Topic changes = new Topic(brokers, topic)) {
            for (String message : messages) {
                changes.send(null, message.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static String change(int number, String operation, String database, String table, String old, String data) {
        return """
                {"id":0,"database":"%s","table":"%s","pkNames":["id"],"isDdl":false,"type":"%s","es":1786358942713,"ts":1786358944991,\
                "sql":"","sqlType":{"id":-5,"email":12,"password":12,"token_hash":12},\
                "mysqlType":{"id":"bigint","email":"varchar","password":"varchar","token_hash":"varchar"},"old":%s,"data":[%s],\
                "_tidb":{"commitTs":47061200000000000%d}}"""
                .formatted(database, table, operation, old == null ? "null" : "[" + old + "]", data, number);
    }

    private static String ddl(int number, String database, String table) {
        return """
                {"id":0,"database":"%s","table":"%s","pkNames":null,"isDdl":true,"type":"ALTER","es":1786358942713,"ts":1786358944991,\
                "sql":"ALTER TABLE orders ADD note TEXT","sqlType":null,"mysqlType":null,"data":null,\
                "old":null,"_tidb":{"commitTs":47061200000000000%d}}"""
                .formatted(database, table, number);
    }
}
