package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Groups;
import dev.tidewatch.support.Routes;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Where consumers begin, and how a consumer that does not advance is reported. The broker has an authorizer that allows everything. */
@TestPropertySource(properties = {
    "TIDEWATCH_CONSUMER_STALLED_AFTER=2s",
    "tidewatch.consumer.watch-every=500ms",
    "tidewatch.embedded.broker.settings.authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "tidewatch.embedded.broker.settings.allow.everyone.if.no.acl.found=true"})
class ConsumersIT extends ApplicationTest {

    private static final String ROUTE = """
            - route:
                id: %1$s
                errorHandler: {defaultErrorHandler: {redeliveryPolicy: {retriesExhaustedLogLevel: "OFF"}}}
                from:
                  uri: kamelet:%2$s-source
                  parameters: {topic: %1$s, startFrom: %3$s}
                  steps:
                    - process: {ref: %1$s}
            """;

    @Autowired
    private CamelContext camel;

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    /** The route, its group and its topic. */
    private String name;
    private Groups groups;
    private Admin admin;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void connect() throws Exception {
        name = "consumers-test-" + UUID.randomUUID();
        handled.clear();
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers);
        groups = new Groups(brokers);
        admin = Admin.create(settings);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        groups.createTopic(name, 1);
    }

    @AfterEach
    void disconnect() {
        groups.close();
        admin.close();
        producer.close();
    }

    @Test
    void reportsAPartitionThatIsRetried() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        sendEvents(0, "a");
        try (Routes route = start("user-events", "earliest", exchange -> {
            if (fails.get()) {
                throw new ConnectException("confidential");
            }
            handle(exchange);
        })) {
            JsonNode stalled = awaitStalled();
            assertThat(stalled.path("topic").asText()).isEqualTo(name);
            assertThat(List.of(stalled.path("partition").asInt(), stalled.path("offset").asInt())).containsExactly(0, 0);
            assertThat(stalled.path("cause").asText()).isEqualTo("retries after ConnectException");
            assertThat(stalled.path("since").isTextual()).isTrue();
            assertThat(health().path("status").asText()).isEqualTo("degraded");
            JsonNode state = route();
            JsonNode consumer = state.path("consumer");
            assertThat(consumer.path("group").asText()).isEqualTo(name);
            assertThat(consumer.path("lag").asInt()).isEqualTo(1);
            assertThat(consumer.path("retried").asInt()).isPositive();
            assertThat(consumer.path("lastFailure").path("reason").asText()).isEqualTo("ConnectException");
            assertThat(consumer.path("stalled")).hasSize(1);

            fails.set(false);
            awaitNotStalled();
            await().until(() -> route().path("consumer").path("lag").asInt() == 0);
        }
        assertThat(handled).containsExactly("a");
        assertThat(messages(" is stalled in ")).singleElement().asString()
                .startsWith(name + " is stalled in " + name + "-0 at offset 0 since ").endsWith(": retries after ConnectException");
        assertThat(messages(" is no longer stalled in ")).hasSize(1);
    }

    @Test
    void reportsAPartitionWhoseRouteBlocks() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        sendEvents(0, "a");
        try (Routes route = start("user-events", "earliest", exchange -> end.await(3, TimeUnit.MINUTES))) {
            assertThat(awaitStalled().path("cause").asText()).isEqualTo("a step of the route does not return");
            end.countDown();
            awaitNotStalled();
        }
    }

    @Test
    void reportsNoPartitionWhoseRouteIsSlow() throws Exception {
        sendEvents(0, "1", "2", "3", "4", "5", "6", "7", "8");
        try (Routes route = start("user-events", "earliest", exchange -> {
            TimeUnit.SECONDS.sleep(1);
            handle(exchange);
        })) {
            groups.awaitEnd(name, name);
        }
        assertThat(handled).hasSize(8);
        assertThat(messages(" is stalled in ")).isEmpty();
    }

    @Test
    void bug12ReportsADeniedGroup() throws Exception {
        sendEvents(0, "a");
        deny(ResourceType.GROUP);
        try (Routes route = start("user-events", "earliest", this::handle)) {
            JsonNode denied = awaitStalled();
            assertThat(denied.path("cause").asText()).isEqualTo("READ on group " + name + " is denied");
            assertThat(denied.path("partition").isNull()).isTrue();
            allow();
            await().until(() -> handled.contains("a"));
            awaitNotStalled();
        }
        assertThat(messages("cannot read")).containsExactly(
                name + " cannot read " + name + " and retries: READ on group " + name + " is denied");
        assertThat(messages(" again")).hasSize(1);
        assertThatKafkaAddsNothing();
    }

    @Test
    void bug12ReportsADeniedTopic() throws Exception {
        sendEvents(0, "a");
        try (Routes route = start("user-events", "earliest", this::handle)) {
            await().until(() -> handled.contains("a"));
            deny(ResourceType.TOPIC);
            assertThat(awaitStalled().path("cause").asText()).isEqualTo("READ on topic " + name + " is denied");
            allow();
            awaitNotStalled();
            sendEvents(0, "b");
            await().until(() -> handled.contains("b"));
        }
        assertThat(messages("cannot read")).containsExactly(
                name + " cannot read " + name + " and retries: READ on topic " + name + " is denied");
        assertThatKafkaAddsNothing();
    }

    @Test
    void bug11ReportsRecordsThatKafkaDeletedUnread() throws Exception {
        continueAfterAGap("earliest");
    }

    @Test
    void bug11GroupThatHasCommittedContinuesWithTheOldestRecord() throws Exception {
        continueAfterAGap("latest");
    }

    private void continueAfterAGap(String startFrom) throws Exception {
        sendEvents(0, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        commit(2, "");
        admin.deleteRecords(Map.of(partition(0), RecordsToDelete.beforeOffset(7))).all().get();
        List<Integer> warningsBefore = new ArrayList<>();
        try (Routes route = start("user-events", startFrom, exchange -> {
            warningsBefore.add(messages(" skips ").size());
            handle(exchange);
        })) {
            groups.awaitEnd(name, name);
            await().until(() -> route().path("consumer").path("skippedRecords").asInt() == 5);
        }
        assertThat(handled).containsExactly("7", "8", "9");
        assertThat(warningsBefore).as("the line precedes the events").containsOnly(1);
        assertThat(messages(" skips ")).containsExactly(
                name + " skips the offsets 2 to 6 of " + name + "-0: Kafka deleted them unread");
    }

    @Test
    void bug17LatestConcernsOnlyAGroupThatHasNeverReadTheTopic() throws Exception {
        sendEvents(0, "old");
        try (Routes route = start("user-events", "latest", this::handle)) {
            await().until(() -> groups.isCommitted(name, groups.ends(name)));
        }
        sendEvents(0, "while it is stopped");
        try (Routes route = start("user-events", "latest", this::handle)) {
            groups.awaitEnd(name, name);
            admin.createPartitions(Map.of(name, NewPartitions.increaseTo(2))).all().get();
            await().ignoreExceptions().until(() -> {
                sendEvents(1, "new");
                return true;
            });
            sendEvents(1, "new 2", "new 3");
            groups.awaitEnd(name, name);
        }
        assertThat(handled).containsExactly("while it is stopped", "new", "new 2", "new 3");
    }

    @Test
    void bug04ReadsAllChangesWhenTheCommittedOffsetIsBeyondTheEnd() throws Exception {
        for (int id = 1; id <= 5; id++) {
            send(0, """
                    {"id":0,"database":"shop","table":"end","pkNames":["id"],"isDdl":false,"type":"INSERT","es":1786358942713,"ts":1,\
                    "sql":"","sqlType":{"id":4},"mysqlType":{"id":"int"},"old":null,"data":[{"id":"%d"}],"_tidb":{"commitTs":%d}}"""
                    .formatted(id, 100 + id));
        }
        commit(5000, "{\"watermark\":200,\"from\":4990}");
        try (Routes route = start("database-changes", "earliest",
                exchange -> handled.add(exchange.getMessage().getBody(RowChange.class).key().toString()))) {
            await().until(() -> groups.committed(name).get(partition(0)).offset() == 5);
        }
        assertThat(handled).containsExactly("{id=1}", "{id=2}", "{id=3}", "{id=4}", "{id=5}");
        assertThat(messages(" is beyond the end ")).hasSize(1);
    }

    @Test
    void bug04ReadsAllEventsWhenTheCommittedOffsetIsBeyondTheEnd() throws Exception {
        sendEvents(0, "1", "2", "3");
        commit(5000, "");
        try (Routes route = start("user-events", "latest", this::handle)) {
            await().until(() -> groups.committed(name).get(partition(0)).offset() == 3);
        }
        assertThat(handled).containsExactly("1", "2", "3");
    }

    private Routes start(String source, String startFrom, Processor handler) {
        camel.getRegistry().bind(name, handler);
        return Routes.start(camel, name, ROUTE.formatted(name, source, startFrom));
    }

    private void handle(Exchange exchange) {
        handled.add(exchange.getMessage().getBody(UserEvent.class).username());
    }

    private void sendEvents(int partition, String... usernames) throws Exception {
        for (String username : usernames) {
            send(partition, """
                    {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":1,"username":"%s",\
                    "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(UUID.randomUUID(), username));
        }
    }

    private void send(int partition, String value) throws Exception {
        producer.send(new ProducerRecord<>(name, partition, null, value.getBytes())).get();
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(name, number);
    }

    private void commit(long offset, String metadata) throws Exception {
        admin.alterConsumerGroupOffsets(name, Map.of(partition(0), new OffsetAndMetadata(offset, metadata))).all().get();
    }

    /** Denies READ on the group or topic, and allows the rest. */
    private void deny(ResourceType type) throws Exception {
        ResourcePattern resource = new ResourcePattern(type, name, PatternType.LITERAL);
        admin.createAcls(List.of(
                new AclBinding(resource, new AccessControlEntry("User:*", "*", AclOperation.ALL, AclPermissionType.ALLOW)),
                new AclBinding(resource, new AccessControlEntry("User:*", "*", AclOperation.READ, AclPermissionType.DENY)))).all().get();
    }

    private void allow() throws Exception {
        admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    }

    private JsonNode health() throws Exception {
        return json.readTree(api.get("/health").body());
    }

    private JsonNode awaitStalled() {
        return await().ignoreExceptions().until(this::stalled, stalled -> !stalled.isMissingNode());
    }

    private void awaitNotStalled() {
        await().ignoreExceptions().until(() -> stalled().isMissingNode());
    }

    private JsonNode stalled() throws Exception {
        for (JsonNode stalled : health().path("stalledPartitions")) {
            if (stalled.path("route").asText().equals(name)) {
                return stalled;
            }
        }
        return json.missingNode();
    }

    private JsonNode route() throws Exception {
        for (JsonNode route : json.readTree(api.get("/api/routes", Api.bearer(api.token())).body()).path("routes")) {
            if (route.path("id").asText().equals(name)) {
                return route;
            }
        }
        return json.missingNode();
    }

    private List<String> messages(String part) {
        return log.lines(line -> line.path("message").asText().startsWith(name) && line.path("message").asText().contains(part)).stream()
                .map(line -> line.path("message").asText()).toList();
    }

    private void assertThatKafkaAddsNothing() {
        assertThat(log.lines(line -> line.path("logger").asText().startsWith("org.apache.kafka") && line.toString().contains(name)))
                .isEmpty();
    }
}
