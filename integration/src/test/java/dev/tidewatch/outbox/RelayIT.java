package dev.tidewatch.outbox;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.Tidewatch;
import dev.tidewatch.embedded.EmbeddedBroker;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
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
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;

/**
 * The way from the outbox to Kafka: when Kafka is away, silent or unwilling, and with another relay beside. Tests after it get a broker
 * that was never away.
 */
@Tag("sql")
@DirtiesContext
class RelayIT extends ApplicationTest {

    private static final int USERS = 5;
    /** What a machine that is slow and busy may add to a limit. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private final ObjectMapper json = new ObjectMapper();
    private final List<Duration> latencies = new ArrayList<>();
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
    @Value("${outbox.publish-timeout}")
    private Duration publishTimeout;

    @BeforeAll
    void addUsers() {
        IntStream.range(0, USERS).mapToObj(RelayIT::user).forEach(name -> database.update("""
                INSERT INTO users (username, email, password_hash) SELECT ?, ?, password_hash FROM users WHERE username = 'admin'
                """, name, name));
        login(20);
        beginAnew();
    }

    @AfterEach
    void beginAnew() {
        awaitEmptyOutbox();
        latencies.clear();
        linesBefore = loginLines().size();
        warningsBefore = warnings();
    }

    @Test
    void whileKafkaIsAwayLoginsGoOnAtFullSpeedAndTheirEventsArriveWhenItIsBack() {
        Duration usual = median(login(40));
        awaitEmptyOutbox();
        broker().stop();
        try {
            assertThat(median(login(40))).isLessThan(usual.multipliedBy(3).plusMillis(50));
            assertThat(database.queryForObject("SELECT COUNT(*) FROM outbox", Integer.class)).isEqualTo(40);
            log.await(where("message", "Kafka does not answer; events wait in the outbox"));
            Awaitility.await("no relay holds a lock while it knows that Kafka is away").atMost(publishTimeout.multipliedBy(3)).until(() -> {
                try (LockProbe probe = new LockProbe(connect())) {
                    assertThat(median(login(60))).isLessThan(usual.multipliedBy(3).plusMillis(50));
                    return probe.longest().toMillis() < 500;
                }
            });
        } finally {
            broker().start();
        }
        noLoginWaited();
        allArriveInOrder();
    }

    @Test
    void aBrokerThatIsSilentHoldsNobodyUp() throws Exception {
        int port = port();
        broker().stop();
        try (ServerSocket silent = silence(port); LockProbe probe = new LockProbe(connect())) {
            Awaitility.await().during(publishTimeout.multipliedBy(2)).atMost(publishTimeout.multipliedBy(4))
                    .until(() -> !login(2).isEmpty());
            assertThat(probe.longest()).isLessThan(publishTimeout.plus(MARGIN));
        } finally {
            broker().start();
        }
        noLoginWaited();
        allArriveInOrder();
    }

    @Test
    void everyBatchEndsWithThePublishTimeoutWhileABrokerStopsAndFallsSilent() throws Exception {
        Publisher publisher = new Publisher(camel, Duration.ofSeconds(2));
        List<Map<String, Object>> batch = IntStream.range(0, 500).mapToObj(i -> row("silence")).toList();
        List<Duration> published = new CopyOnWriteArrayList<>();
        List<Duration> failed = new CopyOnWriteArrayList<>();
        Thread relay = new Thread(() -> {
            while (failed.size() < 4) {
                long begin = System.nanoTime();
                try {
                    publisher.publish(batch);
                    published.add(since(begin));
                } catch (ExecutionException | InterruptedException | TimeoutException | RuntimeException e) {
                    failed.add(since(begin));
                }
            }
        });
        relay.start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> published.size() > 2);
        int port = port();
        broker().stop();
        try (ServerSocket silent = silence(port)) {
            relay.join(30_000);
        } finally {
            broker().start();
            publisher.destroy();
        }

        assertThat(failed).hasSize(4).allMatch(taken -> taken.compareTo(Duration.ofSeconds(2).plus(MARGIN)) < 0)
                .anyMatch(taken -> taken.compareTo(Duration.ofSeconds(1)) >= 0);
    }

    @Test
    void anEventThatKafkaRefusesIsNotOvertakenByThoseBehindIt() throws Exception {
        List<String> events = new ArrayList<>();
        largestBatch(20_000);
        try {
            // Larger than a batch of the producer's, so that it is refused for itself.
            events.addAll(insert("user-events", List.of("refused"), 40_000));
            events.addAll(insert("user-events", List.of("refused", "refused", "refused"), 0));
            log.await(warningsBefore + 1, where("logger", Outbox.class.getName()));

            Awaitility.await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).untilAsserted(() ->
                    assertThat(published("refused"::equals)).isEmpty());
        } finally {
            largestBatch(1_000_000);
        }
        awaitEmptyOutbox();
        assertThat(new LinkedHashSet<>(published("refused"::equals).get("refused"))).containsExactlyElementsOf(events);
    }

    @Test
    void whenATopicIsMissingNoLockIsHeldLongerThanThePublishTimeout() throws Exception {
        insert("missing", IntStream.range(0, 500).mapToObj(i -> "nobody").toList());
        try (LockProbe probe = new LockProbe(connect())) {
            Awaitility.await().atMost(publishTimeout.multipliedBy(8)).until(() -> {
                login(2);
                return probe.waits(publishTimeout.dividedBy(4)) == 2;
            });
            assertThat(probe.longest()).isLessThan(publishTimeout.plus(MARGIN));
        } finally {
            forgetMissing();
        }
        noLoginWaited();
        allArriveInOrder();
    }

    @Test
    void anEventThatIsNotCommittedYetHoldsNobodyUp() throws Exception {
        try (Connection other = connect(); Statement statement = other.createStatement()) {
            statement.executeUpdate("""
                    INSERT INTO outbox (event_id, topic, event_key, payload, created_at) VALUES (UUID(), 'missing', '0', '', NOW(3))""");
            login(USERS);

            allArriveInOrder();
            other.rollback();
        }
        noLoginWaited();
    }

    @Test
    void aRelayThatWaitsForAnotherOneIsQuietAndHoldsNobodyUp() throws Exception {
        try (Connection other = connect(); Statement statement = other.createStatement()) {
            // As often as needed: the relay may be faster.
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
                insert("user-events", List.of("another"));
                int taken = statement.executeUpdate("DELETE FROM outbox WHERE event_key = 'another'");
                return taken == 1;
            });
            Awaitility.await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(20)).until(() -> !login(2).isEmpty());

            assertThat(database.queryForObject("SELECT COUNT(*) FROM outbox", Integer.class)).isEqualTo(latencies.size() + 1);
            other.rollback();
        }
        allArriveInOrder();
        noLoginWaited();
        assertThat(warnings()).isEqualTo(warningsBefore);
    }

    @Test
    void twoInstancesPublishEveryEventOnceAndInOrder() {
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

    /** Logs users in, one after the other, every fourth time with a wrong password; returns how long each took. */
    private List<Duration> login(int times) {
        List<Duration> taken = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            boolean right = i % 4 != 3;
            long begin = System.nanoTime();
            assertThat(api.login(user(i % USERS), right ? "admin123" : "wrong").statusCode()).isEqualTo(right ? 200 : 401);
            taken.add(since(begin));
        }
        latencies.addAll(taken);
        return taken;
    }

    private static String user(int number) {
        return "relay-" + number;
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static Duration median(List<Duration> durations) {
        return durations.stream().sorted().skip(durations.size() / 2).findFirst().orElseThrow();
    }

    private void noLoginWaited() {
        Duration shortestWaitForKafka = publishTimeout.dividedBy(2);
        assertThat(latencies).isNotEmpty().allMatch(taken -> taken.compareTo(shortestWaitForKafka) < 0);
    }

    /** Waits until every event of this test's logins is on the topic; what came twice counts once. */
    private void allArriveInOrder() {
        Map<String, List<String>> expected = loginLines().stream().skip(linesBefore).collect(Collectors.groupingBy(
                line -> line.path("userId").asText(), Collectors.mapping(line -> line.path("eventId").asText(), Collectors.toList())));
        assertThat(expected.values().stream().mapToInt(List::size).sum()).isEqualTo(latencies.size());
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
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
        return log.lines(where("logger", Outbox.class.getName())).size();
    }

    /** The ids of the events on the topic by key, in their order. */
    private Map<String, List<String>> published(Predicate<String> keys) {
        try (Topic topic = new Topic(brokers, "user-events")) {
            Map<String, List<String>> events = new TreeMap<>();
            for (ConsumerRecord<byte[], byte[]> event : topic.all()) {
                if (event.key() == null) {
                    // Another test's, that no relay publishes.
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

    /** Puts an event of each user into the outbox; returns the events' ids. */
    private List<String> insert(String topic, List<String> users) {
        return insert(topic, users, 0);
    }

    private List<String> insert(String topic, List<String> users, int bytes) {
        List<String> ids = users.stream().map(user -> UUID.randomUUID().toString()).toList();
        database.batchUpdate("INSERT INTO outbox (event_id, topic, event_key, payload, created_at) VALUES (?, ?, ?, ?, NOW(3))",
                IntStream.range(0, users.size()).mapToObj(i -> new Object[] {
                    ids.get(i), topic, users.get(i), payload(ids.get(i), users.get(i), "x".repeat(bytes))}).toList());
        return ids;
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
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> database.queryForList("SELECT id FROM outbox LIMIT 1").isEmpty());
    }

    private EmbeddedBroker broker() {
        return stack.stream().map(EmbeddedStack::broker).findAny().orElseGet(brokerAlone::getObject);
    }

    private int port() {
        return Integer.parseInt(broker().bootstrapServers().split(":")[1]);
    }

    /** Listens at the port of a broker that is stopped: connections are taken, and nothing is ever answered. */
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

    /** A connection in a transaction; it waits for a lock as long as the server lets it. */
    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:mysql://%s:%s/%s".formatted(setting("TIDB_HOST"), setting("TIDB_PORT"),
                setting("TIDB_DATABASE")), setting("TIDB_USER"), setting("TIDB_PASSWORD"));
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(false);
        return connection;
    }

    /** The application's own connections would not wait for the relay's lock. */
    private void forgetMissing() throws SQLException {
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

    /** Matches when an instance's relay has published something. */
    private static NotifyBuilder anyTurn(CamelContext instance) {
        return new NotifyBuilder(instance).fromRoute("publish-events").whenAnyDoneMatches(exchange ->
                exchange.getMessage().getBody() instanceof List<?> events && !events.isEmpty()
                        && exchange.getProperty(Exchange.EXCEPTION_CAUGHT) == null).create();
    }
}
