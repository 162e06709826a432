package dev.tidewatch.live;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.Since;
import dev.tidewatch.history.LastHour;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.TopicNames;
import dev.tidewatch.kafka.Topics;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.EventStream;
import dev.tidewatch.support.EventStream.Event;
import dev.tidewatch.support.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupListing;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.util.unit.DataSize;

/** {@code GET /api/events} and {@code GET /api/history}. */
class LiveEventsIT extends ApplicationTest {

    /** Logs errors of a request, such as a closed connection. */
    private static final String SERVLET = "org.apache.catalina.core.ContainerBase.[Tomcat].[localhost].[/].[dispatcherServlet]";

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private LiveClients clients;

    @Autowired
    private KafkaClients kafka;

    @Autowired
    private Topics topics;

    @Autowired
    private CamelContext camel;

    private String hourToken;

    private static Predicate<Event> failureOf(String name) {
        return event -> event.has("/event", "LOGIN_FAILURE") && event.has("/username", name);
    }

    private static String unique(String name) {
        return name + '-' + Long.toString(System.nanoTime(), 36);
    }

    @Test
    void bug28ForbidsProxiesToCompressTheStream() {
        HttpResponse<String> stream = api.get("/api/events", Api.bearer(api.token()));

        assertThat(stream.headers().allValues("Cache-Control")).containsExactly("no-store, no-transform");
        assertThat(stream.headers().allValues("X-Accel-Buffering")).containsExactly("no");
    }

    @Test
    void streamsALoginAndItsRowChangesWithTheFieldsOfTheirLines() {
        try (EventStream stream = EventStream.open(api, api.token())) {
            // Not the login of the stream's own token: its row changes may have arrived before the stream, and its event after.
            long id = currentId(api.token());
            Event session = stream.await(event -> event.has("/table", "access_tokens") && event.has("/operation", "INSERT")
                    && event.has("/data/id", id));
            Event login = stream.await(event -> event.has("/eventId", session.data().at("/data/event_id").asText()));
            String commitTs = session.data().path("commitTs").asText();
            Event user = stream.await(event -> event.has("/commitTs", commitTs) && event.has("/table", "users"));

            assertThat(stream.response().headers().map()).containsEntry("content-type", List.of("text/event-stream"));
            assertThat(List.of(login.name(), session.name(), user.name())).containsExactly("user-event", "row-change", "row-change");
            assertThat(session.has("/operation", "INSERT") && session.has("/table", "access_tokens")).isTrue();
            for (Event event : List.of(login, session, user)) {
                JsonNode line = log.await(where("topic", event.data().path("topic").asText())
                        .and(where("partition", event.data().path("partition"))).and(where("offset", event.data().path("offset"))));
                assertThat(without(event.data(), "timestamp", "lagMillis")).isEqualTo(
                        without(line, "timestamp", "lagMillis", "level", "message", "logger", "service", "routeId"));
                assertThat(event.data().path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
            }
        }
    }

    private static JsonNode without(JsonNode object, String... fields) {
        return object.<ObjectNode>deepCopy().remove(List.of(fields));
    }

    @Test
    void streamsSchemaChangesAndMasksSecretColumns() {
        String table = unique("live").replace('-', '_');
        try (EventStream stream = EventStream.open(api, api.token())) {
            database.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, api_secret VARCHAR(20), note VARCHAR(20))");
            database.update("INSERT INTO " + table + " VALUES (1, 'Marked-secret', NULL)");

            Event created = stream.await(event -> event.has("/ddlType", "CREATE") && event.has("/table", table));
            assertThat(created.name()).isEqualTo("schema-change");
            Event row = stream.await(event -> event.has("/operation", "INSERT") && event.has("/table", table));
            assertThat(row.data().path("data").toString()).isEqualTo("{\"id\":1,\"api_secret\":\"***\",\"note\":null}");
            database.execute("DROP TABLE " + table);
        }
    }

    @Test
    void aResumedStreamMissesAndRepeatsNothing() {
        String token = api.token();
        try (EventStream all = EventStream.open(api, token)) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                names.add(unique("again"));
                api.login(names.get(i), "wrong");
                api.token();
                all.await(failureOf(names.get(i)));
            }
            String last = names.get(5);
            List<Event> events = all.events();
            Event seen = all.await(failureOf(names.get(2)));
            try (EventStream again = EventStream.resume(api, token, seen.id())) {
                again.await(failureOf(last));
                again.await(event -> event.id().equals(events.get(events.size() - 1).id()));
                List<Event> resumed = again.events();
                List<Event> missed = events.subList(events.indexOf(seen) + 1, events.size());
                assertThat(resumed.get(0).name()).isEqualTo("ready");
                assertThat(resumed.subList(1, 1 + missed.size())).isEqualTo(missed);
            }
        }
    }

    @Test
    void sendsRecentEventsOnRequest() {
        String token = api.token();
        String name = unique("recent");
        try (EventStream all = EventStream.open(api, token)) {
            api.login(name, "wrong");
            all.await(failureOf(name));
        }
        try (EventStream recent = EventStream.open(api, token, 1000)) {
            recent.await(failureOf(name));
        }
        for (String wrong : List.of("-1", "1001", "all")) {
            assertThat(api.get("/api/events?recent=" + wrong, Api.bearer(token)).statusCode()).as(wrong).isEqualTo(400);
        }
    }

    @Test
    void resetsAClientWithAnUnknownLastEventId() {
        String token = api.token();
        try (EventStream stream = EventStream.resume(api, token, "of-another-server")) {
            String name = unique("reset");
            api.login(name, "wrong");
            stream.await(failureOf(name));
            assertThat(stream.events().get(0).name()).isEqualTo("reset");
            try (EventStream again = EventStream.resume(api, token, stream.events().get(0).id())) {
                again.await(failureOf(name));
                assertThat(again.events().get(0).name()).isEqualTo("ready");
            }
        }
    }

    private long sum(String field) {
        long sum = 0;
        for (JsonNode minute : api.body(api.get("/api/history", Api.bearer(hourToken))).path("minutes")) {
            sum += minute.at(field).asLong();
        }
        return sum;
    }

    @Test
    void countsLoginsFailuresAndRowChangesOfTheLastHour() {
        hourToken = api.token();
        String name = unique("hour");
        long session = currentId(hourToken);
        // The counts must not change by this login later.
        try (EventStream stream = EventStream.open(api, hourToken, 1000)) {
            Event row = stream.await(event -> event.has("/table", "access_tokens") && event.has("/data/id", session));
            stream.await(event -> event.has("/eventId", row.data().at("/data/event_id").asText()));
        }
        long logins = sum("/logins");
        long failures = sum("/failures");
        long tokens = sum("/rowChanges/tidewatch.access_tokens");
        api.token();
        api.login(name, "wrong");
        Awaitility.await().untilAsserted(() -> {
            assertThat(sum("/logins")).isEqualTo(logins + 1);
            assertThat(sum("/failures")).isEqualTo(failures + 1);
            assertThat(sum("/rowChanges/tidewatch.access_tokens")).isGreaterThan(tokens);
        });
        JsonNode minutes = api.body(api.get("/api/history", Api.bearer(hourToken))).path("minutes");
        assertThat(minutes).hasSize(60);
        assertThat(minutes.get(0).path("logins").asText()).as("before the instance started").isEqualTo("0");
        assertThat(minutes.get(0).path("outboxWaiting").isNull()).isTrue();
        assertThat(minutes.findParents("p99")).isNotEmpty();
        Awaitility.await().until(() -> meters.get("tidewatch.outbox.waiting").gauge().value() >= 0);
        assertThat(api.get("/api/history").statusCode()).isEqualTo(401);
    }

    @Test
    void readsTheLastHourAtStartup() throws Exception {
        String name = unique("before");
        api.login(name, "wrong");
        try (Topic topic = new Topic(brokers, "user-events")) {
            var record = topic.await(event -> Topic.text(event).contains(name));
            String partition = "user-events/" + record.partition();
            assertThat(Long.parseLong(offsets(3_000_000).getState(partition))).isLessThan(record.offset());
            assertThat(Long.parseLong(offsets(0).getState(partition))).as("limited to no records").isGreaterThanOrEqualTo(record.offset());
        }
    }

    @Test
    void doesNotWaitForAPartitionThatNoLongerExists() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertThat(offsets(0).getState("user-events/99")).isNull());
    }

    /** The offsets of an instance at startup that holds no events for clients. */
    private LiveOffsets offsets(int historyRecords) {
        LiveBuffer buffer = new LiveBuffer(1, 1000);
        LastHour lastHour = new LastHour(buffer::isReady, () -> new Since.Seen<>(true, Instant.EPOCH), Clock.systemUTC());
        return new LiveOffsets(kafka, camel, buffer, lastHour,
                new LiveProperties(1, DataSize.ofKilobytes(1), historyRecords, 1, Duration.ofSeconds(15), Duration.ofSeconds(5)),
                new TopicNames("user-events", "tidb-cdc-events"), topics);
    }

    @Test
    void sendsHeartbeats() {
        try (EventStream stream = EventStream.open(api, api.token())) {
            Awaitility.await().until(() -> stream.comments() >= 3);
        }
    }

    @Test
    void aStreamEndsWithItsSession() {
        List<String> tokens = List.of(api.token(), api.token(), api.token());
        List<EventStream> ending = tokens.stream().map(token -> EventStream.open(api, token)).toList();
        try (EventStream staying = EventStream.open(api, api.token());
                EventStream ofCookie = EventStream.connect(api, "Cookie", "__Host-tidewatch=" + tokens.get(0))) {
            ofCookie.await(event -> event.name().equals("ready"));
            api.post("/api/logout", "", Api.bearer(tokens.get(0)));
            long expired = currentId(tokens.get(1));
            database.update("UPDATE access_tokens SET expires_at = CURRENT_TIMESTAMP(3) WHERE id = ?", expired);
            database.update("UPDATE access_tokens SET revoked_at = CURRENT_TIMESTAMP(3) WHERE id = ?", currentId(tokens.get(2)));

            Awaitility.await().until(() -> ending.stream().allMatch(EventStream::hasEnded) && ofCookie.hasEnded());
            assertThat(staying.hasEnded()).isFalse();
            assertThat(log.lines(where("level", "ERROR").and(where("routeId", "authenticate")))).isEmpty();
        }
    }

    private long currentId(String token) {
        for (JsonNode session : api.body(api.get("/api/sessions", Api.bearer(token))).path("sessions")) {
            if (session.path("current").asBoolean()) {
                return session.path("id").asLong();
            }
        }
        throw new AssertionError("No current session");
    }

    @Test
    void refusesARequestWithoutASession() {
        for (String[] headers : new String[][] {{}, Api.bearer("unknown"), {"Cookie", "__Host-tidewatch=unknown"}}) {
            HttpResponse<String> answer = api.get("/api/events", headers);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer realm=\"tidewatch\"");
            assertThat(api.body(answer).path("status").asInt()).isEqualTo(401);
        }
        assertThat(api.post("/api/events", "{}", Api.bearer(api.token())).statusCode()).isEqualTo(405);
        assertThat(api.send(api.request("/api/events").method("HEAD", BodyPublishers.noBody()).build()).statusCode()).isEqualTo(405);
    }

    @Test
    void serves200ClientsAndRefusesTheNext() {
        String token = api.token();
        String name = unique("crowd");
        database.update("INSERT INTO users (username, email, password_hash) SELECT ?, ?, password_hash FROM users WHERE username = 'admin'",
                name, name + "@tidewatch.local");
        Awaitility.await().until(() -> connected() == 0);
        ExecutorService callers = Executors.newFixedThreadPool(200);
        List<EventStream> crowd = new ArrayList<>();
        try {
            crowd.addAll(IntStream.range(0, 200)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> EventStream.connect(api, Api.bearer(token)), callers)).toList()
                    .stream().map(CompletableFuture::join).toList());
            crowd.forEach(client -> client.await(event -> event.name().equals("ready")));
            assertThat(connected()).isEqualTo(200);
            HttpResponse<String> refused = api.get("/api/events", Api.bearer(token));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(api.body(refused).path("detail").asText()).startsWith("Too many clients stream events");

            assertThat(api.login(name, "admin123").statusCode()).isEqualTo(200);
            for (EventStream client : crowd) {
                Event login = client.await(event -> event.has("/event", "LOGIN_SUCCESS") && event.has("/username", name));
                Event session = client.await(event -> event.has("/data/event_id", login.data().path("eventId").asText()));
                client.await(event -> event.has("/table", "users") && event.has("/commitTs", session.data().path("commitTs").asText()));
            }
            crowd.remove(0).close();
            Awaitility.await().until(() -> connected() == 199);
            EventStream.open(api, token).close();
        } finally {
            crowd.forEach(EventStream::close);
            callers.shutdown();
        }
        Awaitility.await().until(() -> connected() == 0);
        assertThat(log.lines(where("logger", SERVLET))).isEmpty();
    }

    private int connected() {
        return (int) meters.get("tidewatch.live.clients").gauge().value();
    }

    @Test
    void disconnectsASlowClientWithoutDelayingOthers() throws Exception {
        double cut = meters.get("tidewatch.live.clients.cut").functionCounter().count();
        Logger audit = (Logger) LoggerFactory.getLogger("dev.tidewatch.audit");
        String token = api.token();
        URI address = URI.create(api.address());
        try (Socket slow = new Socket(); EventStream other = EventStream.open(api, token);
                Topic topic = new Topic(brokers, "user-events")) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(address.getHost(), address.getPort()));
            slow.getOutputStream().write(("GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            readUntil(slow, "event: ready");
            audit.setLevel(Level.OFF);
            for (int i = 0; i < 120; i++) {
                byte[] event = ("{\"eventId\":\"" + unique("large") + "\",\"timestamp\":\"2026-01-01T10:30:00.123Z\","
                        + "\"action\":\"LOGIN_FAILURE\","
                        + "\"username\":\"" + "x".repeat(100_000) + "\"}").getBytes(StandardCharsets.US_ASCII);
                topic.send(null, event);
            }
            String name = unique("other");
            api.login(name, "wrong");
            other.await(failureOf(name));

            Awaitility.await().until(() -> meters.get("tidewatch.live.clients.cut").functionCounter().count() == cut + 1);
            assertThat(other.hasEnded()).isFalse();
            slow.setSoTimeout(20_000);
            assertThat(readToEnd(slow)).as("the connection ends").isTrue();
        } finally {
            audit.setLevel(null);
        }
        assertThat(log.lines(where("logger", SERVLET))).isEmpty();
    }

    private static boolean readToEnd(Socket socket) throws IOException {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private static void readUntil(Socket socket, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the stream continues").isNotEqualTo(-1);
            read.append((char) next);
        }
    }

    @Test
    void commitsNoOffsetsAndWritesNoDeadLetters() throws Exception {
        String name = unique("behind");
        try (EventStream stream = EventStream.open(api, api.token()); Topic topic = new Topic(brokers, "user-events");
                Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            long offset = topic.send(name.getBytes(StandardCharsets.UTF_8), "no event".getBytes(StandardCharsets.UTF_8)).offset();
            api.login(name, "wrong");
            stream.await(failureOf(name));
            log.await(where("message", "Record is a dead letter").and(where("topic", "user-events")).and(where("offset", offset)));
            log.await(where("source", "kafka-user-events").and(where("username", name)));

            List<String> groups = admin.listConsumerGroups().all().get().stream().map(ConsumerGroupListing::groupId)
                    .filter(group -> group.startsWith("tidewatch-live-")).toList();
            assertThat(groups).hasSize(2);
            for (String group : groups) {
                assertThat(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()).isEmpty();
            }
            assertThat(log.lines(where("message", "Record is a dead letter").and(where("offset", offset)))).hasSize(1);
            assertThat(database.queryForList("SELECT DISTINCT consumer FROM processed_events", String.class)).noneMatch(groups::contains);
        }
    }

    @Test
    void shutdownEndsStreamsAndRefusesNewOnes() {
        String token = api.token();
        try (EventStream stream = EventStream.open(api, token)) {
            clients.stop();
            Awaitility.await().until(stream::hasEnded);
            HttpResponse<String> answer = api.get("/api/events", Api.bearer(token));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        } finally {
            clients.start();
        }
    }
}
