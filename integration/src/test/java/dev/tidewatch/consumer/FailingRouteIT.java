package dev.tidewatch.consumer;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Groups;
import dev.tidewatch.support.Routes;
import dev.tidewatch.support.Topic;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** How the Kamelets handle routes whose own steps fail. */
class FailingRouteIT extends ApplicationTest {

    private static final String ROUTE = """
            - route:
                id: %1$s
                errorHandler: {defaultErrorHandler: {redeliveryPolicy: {retriesExhaustedLogLevel: "OFF"}}}
                from:
                  uri: kamelet:user-events-source
                  steps:
                    - process: {ref: %1$s}
            """;

    /** More than the 16 connections of the pool. */
    private static final int SLOW_ROUTES = 20;

    @Autowired
    private CamelContext camel;

    private final List<String> handled = new CopyOnWriteArrayList<>();
    private String group;
    private Groups groups;

    @BeforeEach
    void connect() {
        group = "failing-route-test-" + UUID.randomUUID();
        handled.clear();
        groups = new Groups(brokers);
    }

    @Test
    void retriesTransientFailureWithoutRepeatingEarlierEvents() {
        List<String> ids = List.of(newId(), newId(), newId());
        AtomicInteger failures = new AtomicInteger();
        camel.getRegistry().bind(group, (Processor) exchange -> {
            String id = exchange.getMessage().getBody(UserEvent.class).eventId();
            if (id.equals(ids.get(1)) && failures.incrementAndGet() <= 3) {
                throw new ConnectException("the webhook is down");
            }
            // The SQL of the route is committed per event, although the poll fails three times.
            database.update("INSERT INTO processed_events (consumer, event_id) VALUES (?, ?)", "sql of " + group, id);
            handled.add(id);
        });
        send(ids);
        try (Routes route = Routes.start(camel, group, ROUTE.formatted(group))) {
            groups.awaitEnd(group, "user-events");
        }

        assertThat(handled.stream().filter(ids::contains)).containsExactlyElementsOf(ids);
        assertThat(failures).hasValue(4);
        assertThat(database.queryForList("SELECT event_id FROM processed_events WHERE consumer = ?", String.class, "sql of " + group))
                .containsAll(ids);
        assertThat(log.lines(line -> line.path("message").asText().startsWith(group + " retries "))).hasSize(1)
                .allSatisfy(line -> assertThat(line.toString()).contains("java.net.ConnectException").doesNotContain("webhook"));
        log.await(line -> line.path("message").asText().startsWith(group + " continues "));
    }

    @Test
    void publishesPermanentFailureAndReplaysItToThatRouteOnly() {
        List<String> ids = List.of(newId(), newId(), newId());
        AtomicInteger failures = new AtomicInteger();
        camel.getRegistry().bind(group, (Processor) exchange -> {
            String id = exchange.getMessage().getBody(UserEvent.class).eventId();
            if (id.equals(ids.get(1)) && failures.incrementAndGet() == 1) {
                throw new IllegalStateException("confidential");
            }
            handled.add(id);
        });
        send(ids);
        try (Routes route = Routes.start(camel, group, ROUTE.formatted(group)); Topic deadLetters = new Topic(brokers, "user-events.dlq")) {
            groups.awaitEnd(group, "user-events");
            assertThat(handled.stream().filter(ids::contains)).containsExactly(ids.get(0), ids.get(2));
            // The route reads the topic from its start, so records of other tests may become dead letters of this group.
            ConsumerRecord<byte[], byte[]> deadLetter = deadLetters.await(record -> group.equals(Topic.header(record, "dead-letter.group"))
                    && Topic.text(record).contains(ids.get(1)));
            assertThat(Topic.header(deadLetter, "dead-letter.route")).isEqualTo(group);
            assertThat(Topic.header(deadLetter, "dead-letter.message")).isEqualTo("failed with java.lang.IllegalStateException");

            log.await(where("eventId", ids.get(1)));
            assertThat(api.post("/api/dead-letters/replay", """
                    {"topic":"user-events","partition":%d,"offsets":[%d]}""".formatted(deadLetter.partition(), deadLetter.offset()),
                    Api.bearer(api.token())).body()).contains("\"replayed\":1");
            groups.awaitEnd(group, "user-events");
            groups.awaitEnd("log-user-events", "user-events");
        }
        assertThat(handled.stream().filter(ids::contains)).containsExactly(ids.get(0), ids.get(2), ids.get(1));
        List<JsonNode> lines = log.lines(where("eventId", ids.get(1)).and(where("routeId", "log-user-events")));
        assertThat(lines).hasSize(1);
    }

    /** There are more routes than connections, so none may hold a connection while its own steps run. */
    @Test
    void slowRoutesBlockNeitherLoginNorLogRoutes() {
        List<String> ids = List.of(newId());
        Set<String> blocked = ConcurrentHashMap.newKeySet();
        CountDownLatch end = new CountDownLatch(1);
        camel.getRegistry().bind(group, (Processor) exchange -> {
            if (ids.contains(exchange.getMessage().getBody(UserEvent.class).eventId())) {
                blocked.add(exchange.getFromRouteId());
                end.await(1, TimeUnit.MINUTES);
                blocked.remove(exchange.getFromRouteId());
            }
        });
        send(ids);
        List<Routes> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW_ROUTES; i++) {
                slow.add(Routes.start(camel, group + i, ROUTE.replace("id: %1$s", "id: %1$s-" + i).formatted(group)));
            }
            await().until(() -> blocked.size() == SLOW_ROUTES);

            assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
            List<JsonNode> logins = log.lines(where("action", "LOGIN_SUCCESS"));
            log.await(where("routeId", "log-user-events").and(where("eventId", logins.get(logins.size() - 1).path("eventId").asText())));
            assertThat(blocked).as("still blocked").hasSize(SLOW_ROUTES);
        } finally {
            end.countDown();
            slow.forEach(Routes::close);
        }
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private void send(List<String> ids) {
        try (Topic topic = new Topic(brokers, "user-events")) {
            ids.forEach(id -> topic.send("1".getBytes(), """
                    {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":1,"username":"again",\
                    "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(id).getBytes()));
        }
    }
}
