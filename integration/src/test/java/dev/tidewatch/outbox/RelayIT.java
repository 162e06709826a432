package dev.tidewatch.outbox;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.tidewatch.Tidewatch;
import dev.tidewatch.embedded.EmbeddedBroker;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;

/**
 * The relay from the outbox to Kafka while Kafka is down, silent or rejects events, and with another relay running. It dirties the context,
 * so that later tests get a broker that was never down.
 */
@Tag("sql")
@DirtiesContext
class RelayIT extends ApplicationTest {

    private static final int USERS = 5;
    private static final String INSERT = "INSERT INTO outbox (event_id, topic, event_key, payload, created_at) VALUES (?, ?, ?, ?, NOW(3))";
    private static final Predicate<JsonNode> WARNING = where("logger", Outbox.class.getName()).and(where("level", "WARN"));

    private final ObjectMapper json = new ObjectMapper();
    private final NoArgGenerator eventIds = Generators.timeBasedEpochGenerator();
    private int logins;
    private int linesBefore;
    private int warningsBefore;

    @Autowired
    private ObjectProvider<EmbeddedStack> stack;
    @Autowired
    private ObjectProvider<EmbeddedBroker> brokerAlone;
    @Autowired
    private Environment environment;
    @Autowired
    private CamelContext camel;
    @Autowired
    private KafkaClients clients;

    @BeforeAll
    void addUsers() {
        IntStream.range(0, USERS).mapToObj(RelayIT::user).forEach(name -> database.update("""
                INSERT INTO users (username, email, password_hash) SELECT ?, ?, password_hash FROM users WHERE username = 'admin'
                """, name, name));
        login(20);
        reset();
    }

    @AfterEach
    void reset() {
        awaitEmptyOutbox();
        logins = 0;
        linesBefore = loginLines().size();
        warningsBefore = warnings();
    }

    @Test
    void loginsSucceedWhileKafkaIsDownAndTheirEventsArriveAfterwards() {
        broker().stop();
        try {
            login(40);
            assertThat(database.queryForObject("SELECT COUNT(*) FROM outbox", Integer.class)).isEqualTo(40);
            log.await(where("message", "Kafka is unreachable; events wait in the outbox"));

            Awaitility.await("the relay opens no transaction while Kafka is known to be down").during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(30)).until(() -> camel.getInflightRepository().size("publish-batch") == 0);
        } finally {
            broker().start();
        }
        allArriveInOrder();
    }

    /** A login that needs a lock of the relay's transaction answers 503 after a second, long before the publish timeout. */
    @Test
    void silentBrokerDoesNotBlockLogins() throws Exception {
        int port = port();
        // Otherwise the relay would learn that the broker is down, and try nothing.
        camel.getRouteController().stopRoute("watch-brokers");
        broker().stop();
        try (ServerSocket silent = silence(port)) {
            loginUntilABatchFails();
        } finally {
            broker().start();
            camel.getRouteController().startRoute("watch-brokers");
        }
        allArriveInOrder();
    }

    /** Without the publish timeout, Kafka's own client would try for two minutes. */
    @Test
    void publisherGivesUpEachBatchWhileABrokerStopsAndFallsSilent() throws Exception {
        Publisher publisher = new Publisher(clients, new OutboxProperties(500, Duration.ofSeconds(2)));
        List<Map<String, Object>> batch = IntStream.range(0, 500).mapToObj(i -> row("silence")).toList();
        AtomicInteger published = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Thread relay = new Thread(() -> {
            while (failed.get() < 4) {
                try {
                    publisher.publish(batch);
                    published.incrementAndGet();
                } catch (ExecutionException | InterruptedException | TimeoutException | RuntimeException e) {
                    failed.incrementAndGet();
                }
            }
        });
        relay.start();
        Awaitility.await().until(() -> published.get() > 2);
        int port = port();
        broker().stop();
        try (ServerSocket silent = silence(port)) {
            Awaitility.await().until(() -> failed.get() == 4);
        } finally {
            broker().start();
            publisher.destroy();
        }
    }

    @Test
    void rejectedEventIsNotOvertakenByLaterOnes() throws Exception {
        List<String> events = new ArrayList<>();
        largestBatch(20_000);
        try {
            // Larger than a batch of the producer, so that Kafka rejects it alone.
            events.addAll(insert("user-events", List.of("refused"), 40_000));
            events.addAll(insert("user-events", List.of("refused", "refused", "refused"), 0));
            log.await(warningsBefore + 1, WARNING);

            Awaitility.await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).untilAsserted(() ->
                    assertThat(published("refused"::equals)).isEmpty());
        } finally {
            largestBatch(1_000_000);
        }
        awaitEmptyOutbox();
        assertThat(new LinkedHashSet<>(published("refused"::equals).get("refused"))).containsExactlyElementsOf(events);
    }

    /** Each transaction creates the id of its event under the lock of the user's row; TiDB's own ids are ordered by server only. */
    @Test
    void publishesInTheOrderOfTheEventIds() throws Exception {
        List<String> ids = IntStream.range(0, 50).mapToObj(i -> newId()).toList();
        List<String> shuffled = new ArrayList<>(ids);
        Collections.shuffle(shuffled);
        try (Connection connection = connect(); PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (String id : shuffled) {
                insert.setString(1, id);
                insert.setString(2, "user-events");
                insert.setString(3, "shuffled");
                insert.setString(4, payload(id, "shuffled", ""));
                insert.executeUpdate();
            }
            connection.commit();
        }
        awaitEmptyOutbox();
        assertThat(published("shuffled"::equals).get("shuffled")).isEqualTo(ids);
    }

    /** The clock of their instance is behind, or it hung before it committed: the relay has read past their ids. */
    @Test
    void lateEventsArePublishedAndNotOvertakenByLaterOnesOfTheirUser() throws Exception {
        Map<String, List<String>> written = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            String user = "late-" + i;
            String late = "%08x%s".formatted(System.currentTimeMillis() - 4_000_000 >>> 16, newId().substring(8));
            written.put(user, List.of(late, newId()));
            try (Connection connection = connect(); PreparedStatement insert = connection.prepareStatement(INSERT)) {
                for (String id : written.get(user)) {
                    insert.setString(1, id);
                    insert.setString(2, "user-events");
                    insert.setString(3, user);
                    insert.setString(4, payload(id, user, ""));
                    insert.executeUpdate();
                }
                connection.commit();
            }
            awaitEmptyOutbox();
        }
        assertThat(published(written::containsKey)).isEqualTo(written);
    }

    @Test
    void missingTopicDoesNotBlockLogins() throws Exception {
        insert("missing", IntStream.range(0, 500).mapToObj(i -> "nobody").toList());
        try {
            loginUntilABatchFails();
        } finally {
            deleteMissing();
        }
        allArriveInOrder();
    }

    @Test
    void uncommittedEventBlocksNobody() throws Exception {
        try (Connection other = connect(); Statement statement = other.createStatement()) {
            statement.executeUpdate("""
                    INSERT INTO outbox (event_id, topic, event_key, payload, created_at) VALUES (UUID(), 'missing', '0', '', NOW(3))""");
            login(USERS);

            allArriveInOrder();
            other.rollback();
        }
    }

    @Test
    void waitingRelayIsQuietAndBlocksNobody() throws Exception {
        try (Connection other = connect(); Statement statement = other.createStatement()) {
            // Repeat: the relay may be faster.
            Awaitility.await().until(() -> {
                insert("user-events", List.of("another"));
                int taken = statement.executeUpdate("DELETE FROM outbox WHERE event_key = 'another'");
                return taken == 1;
            });
            Awaitility.await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(20)).until(() -> {
                login(2);
                return true;
            });

            assertThat(database.queryForObject("SELECT COUNT(*) FROM outbox", Integer.class)).isEqualTo(logins + 1);
            other.rollback();
        }
        allArriveInOrder();
        assertThat(warnings()).isEqualTo(warningsBefore);
    }

    @Test
    void twoInstancesPublishEachEventOnceAndInOrder() {
        Map<String, List<String>> written = new ConcurrentHashMap<>();
        try (ConfigurableApplicationContext second = anotherInstance()) {
            List<CamelContext> instances = List.of(camel, second.getBean(CamelContext.class));
            List<NotifyBuilder> turns = instances.stream().map(RelayIT::anyTurn).toList();

            instances.stream().map(instance -> CompletableFuture.runAsync(() -> {
                ProducerTemplate template = instance.createProducerTemplate();
                for (int i = 0; i < 1000 || i < 20_000 && !turns.stream().allMatch(NotifyBuilder::matches); i++) {
                    String user = "of-" + instance.getName() + "-" + i % 10;
                    written.computeIfAbsent(user, name -> new ArrayList<>()).addAll(insert("user-events", List.of(user)));
                    template.sendBody("direct:wake-relay", null);
                }
            })).toList().forEach(CompletableFuture::join);
            awaitEmptyOutbox();

            assertThat(turns).allMatch(NotifyBuilder::matches);
            assertThat(written).hasSize(20);
            assertThat(published(written::containsKey)).isEqualTo(written);
            assertThat(warnings()).isEqualTo(warningsBefore);
        }
    }

    /** Logs users in, one after the other, every fourth time with a wrong password. */
    private void login(int times) {
        for (int i = 0; i < times; i++) {
            boolean right = i % 4 != 3;
            assertThat(api.login(user(i % USERS), right ? "admin123" : "wrong").statusCode()).isEqualTo(right ? 200 : 401);
        }
        logins += times;
    }

    private void loginUntilABatchFails() {
        Awaitility.await().until(() -> {
            login(2);
            return warnings() > warningsBefore;
        });
    }

    private static String user(int number) {
        return "relay-" + number;
    }

    /** Waits until each event of this test's logins is on the topic; duplicates count once. */
    private void allArriveInOrder() {
        Map<String, List<String>> expected = loginLines().stream().skip(linesBefore).collect(Collectors.groupingBy(
                line -> line.path("userId").asText(), Collectors.mapping(line -> line.path("eventId").asText(), Collectors.toList())));
        assertThat(expected.values().stream().mapToInt(List::size).sum()).isEqualTo(logins);
        Awaitility.await().pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            Map<String, List<String>> arrived = published(expected::containsKey);
            arrived.forEach((user, events) -> events.retainAll(expected.get(user)));
            arrived.replaceAll((user, events) -> new ArrayList<>(new LinkedHashSet<>(events)));
            assertThat(arrived).isEqualTo(expected);
        });
    }

    private List<JsonNode> loginLines() {
        return log.lines(where("routeId", "announce-event").and(line -> line.path("username").asText().startsWith("relay-")));
    }

    private int warnings() {
        return log.lines(WARNING).size();
    }

    /** The ids of the events on the topic by key, in order. */
    private Map<String, List<String>> published(Predicate<String> keys) {
        try (Topic topic = new Topic(brokers, "user-events")) {
            Map<String, List<String>> events = new TreeMap<>();
            for (ConsumerRecord<byte[], byte[]> event : topic.all()) {
                if (event.key() == null) {
                    // From another test; no relay publishes it.
                    continue;
                }
                String key = new String(event.key(), StandardCharsets.UTF_8);
                if (keys.test(key)) {
                    events.computeIfAbsent(key, name -> new ArrayList<>()).add(json.readTree(event.value()).path("eventId").asText());
                }
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stores an event of each user in the outbox; returns the ids of the events. */
    private List<String> insert(String topic, List<String> users) {
        return insert(topic, users, 0);
    }

    private List<String> insert(String topic, List<String> users, int bytes) {
        List<String> ids = users.stream().map(user -> newId()).toList();
        database.batchUpdate(INSERT,
                IntStream.range(0, users.size()).mapToObj(i -> new Object[] {
                    ids.get(i), topic, users.get(i), payload(ids.get(i), users.get(i), "x".repeat(bytes))}).toList());
        return ids;
    }

    /** UUIDv7, as of the events of logins. */
    private String newId() {
        return eventIds.generate().toString();
    }

    private static Map<String, Object> row(String user) {
        return Map.of("topic", "user-events", "eventKey", user, "payload", payload(UUID.randomUUID().toString(), user, ""));
    }

    private static String payload(String id, String user, String agent) {
        return """
                {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":7,"username":"%s",\
                "ipAddress":"127.0.0.1","userAgent":"%s","reason":null}""".formatted(id, user, agent);
    }

    private void awaitEmptyOutbox() {
        Awaitility.await().until(() -> database.queryForList("SELECT event_id FROM outbox LIMIT 1").isEmpty());
    }

    private EmbeddedBroker broker() {
        return stack.stream().map(EmbeddedStack::broker).findAny().orElseGet(brokerAlone::getObject);
    }

    private int port() {
        return Integer.parseInt(broker().bootstrapServers().split(":")[1]);
    }

    /** Listens on the port of a stopped broker: accepts connections and never answers. */
    private static ServerSocket silence(int port) throws IOException {
        return new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
    }

    private void largestBatch(int bytes) throws Exception {
        ConfigEntry limit = new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(bytes));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, "user-events"),
                    List.of(new AlterConfigOp(limit, OpType.SET)))).all().get();
        }
    }

    /** A connection in a transaction, with the server's lock wait timeout. */
    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:mysql://%s:%s/%s".formatted(setting("TIDB_HOST"), setting("TIDB_PORT"),
                setting("TIDB_DATABASE")), setting("TIDB_USER"), setting("TIDB_PASSWORD"));
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(false);
        return connection;
    }

    /** On a connection of its own, which waits for the relay's lock. */
    private void deleteMissing() throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM outbox WHERE topic = 'missing'");
            connection.commit();
        }
    }

    private ConfigurableApplicationContext anotherInstance() {
        return new SpringApplicationBuilder(Tidewatch.class).run(Stream.concat(
                Stream.of("server.port=0", "management.server.port=0", "camel.main.name=another", "tidewatch.embedded.enabled=false"),
                Stream.of("TIDB_HOST", "TIDB_PORT", "TIDB_USER", "TIDB_PASSWORD", "TIDB_DATABASE", "KAFKA_BROKERS")
                        .map(name -> name + "=" + setting(name)))
                .map(argument -> "--" + argument).toArray(String[]::new));
    }

    private String setting(String name) {
        return environment.getRequiredProperty(name);
    }

    /** Matches when the relay of an instance has published a batch. */
    private static NotifyBuilder anyTurn(CamelContext instance) {
        return new NotifyBuilder(instance).fromRoute("publish-events").whenAnyDoneMatches(exchange ->
                exchange.getMessage().getBody() instanceof List<?> events && !events.isEmpty()
                        && exchange.getProperty(Exchange.EXCEPTION_CAUGHT) == null).create();
    }
}
