package dev.tidewatch.changefeed;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.consumer.AppliedWatermarks;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.EventStream;
import dev.tidewatch.support.Routes;
import dev.tidewatch.support.Topic;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole application with a TiCDC that starts late and stalls, and with a broker that creates each topic that a client asks for. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DirtiesContext
class ChangefeedInPlaceIT extends ApplicationTest {

    private static final RecordedTicdc TICDC = new RecordedTicdc();

    private static final String WATERMARK = """
            {"id":0,"database":"","table":"","pkNames":null,"isDdl":false,"type":"TIDB_WATERMARK","es":1795244103000,"ts":1795244103100,
            "sql":"","sqlType":null,"mysqlType":null,"data":null,"old":null,"_tidb":{"watermarkTs":%d}}""";

    @Autowired
    private AppliedWatermarks applied;

    @Autowired
    private CamelContext camel;

    private Instant beforeTicdc;

    @Value("${local.management.port}")
    private int managementPort;

    @DynamicPropertySource
    static void ticdc(DynamicPropertyRegistry settings) {
        settings.add("TICDC_URL", TICDC::url);
        settings.add("TIDEWATCH_CHANGEFEED_STALLED_AFTER", () -> "3s");
        settings.add("tidewatch.embedded.broker.settings.auto.create.topics.enable", () -> "true");
        settings.add("tidewatch.embedded.broker.settings.num.partitions", () -> "1");
        // Not the default topic, which holds the watermarks of the embedded changefeed.
        settings.add("TIDEWATCH_DATABASE_CHANGES_TOPIC", () -> "changes-of-ticdc");
    }

    @AfterAll
    static void close() {
        TICDC.close();
    }

    @Test
    @Order(0)
    void a1CreatesItsTopicsItselfAndSaysWhyItIsNotReady() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            List<String> topics = List.of("user-events", "user-events.dlq", "changes-of-ticdc", "changes-of-ticdc.dlq");
            await().until(() -> admin.listTopics().names().get().containsAll(topics));
            assertThat(admin.describeTopics(topics).allTopicNames().get().values())
                    .allSatisfy(topic -> assertThat(topic.partitions()).as(topic.name()).hasSize(3));
        }

        await().untilAsserted(() -> assertThat(api.body(api.get("/health")).path("detail").asText())
                .isEqualTo("The changefeed is not registered yet: TiCDC does not answer. See the log."));
        assertThat(api.body(api.login("admin", "admin123")).path("detail").asText()).startsWith("The changefeed is not registered yet");
        assertThat(api.login("admin", "admin123").headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    @Order(1)
    void refusesLoginsUntilTheChangefeedIsInPlace() {
        assertThat(api.get("/health").statusCode()).isEqualTo(503);
        HttpResponse<String> early = api.login("admin", "admin123");
        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(early.headers().firstValue("Retry-After")).contains("5");
        assertThat(early.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(database.queryForObject("SELECT COUNT(*) FROM access_tokens", Integer.class)).isZero();
        assertThat(log.lines(where("logger", "dev.tidewatch.health.Readiness"))).isEmpty();

        beforeTicdc = Instant.now();
        TICDC.topicIsCreated();
        TICDC.start();

        log.await(where("message", "The changefeed is in place"));
        await().until(() -> !log.lines(where("logger", "dev.tidewatch.health.Readiness")).isEmpty());
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
        assertThat(TICDC.feed().path("sink_uri").asText()).startsWith("kafka://" + brokers + "/changes-of-ticdc?");
    }

    @Test
    @Order(2)
    void showsItsStateInApiHealthAndGauges() {
        await().until(() -> changefeed().path("checkpointTs").isTextual());
        JsonNode changefeed = changefeed();
        assertThat(changefeed.path("id").asText()).isEqualTo("tidewatch");
        assertThat(changefeed.path("state").asText()).isEqualTo("normal");
        assertThat(changefeed.path("checkpointTs").asLong()).isGreaterThan(470612470330556422L);
        assertThat(changefeed.path("checkpointLagMillis").asLong()).isPositive();
        assertThat(changefeed.path("stalledSince").isNull()).isTrue();
        assertThat(api.body(api.get("/health")).path("changefeed").asText()).isEqualTo("normal");
        assertThat(Instant.parse(api.body(api.get("/health")).at("/since/changefeed").asText())).isAfter(beforeTicdc);

        Api management = new Api("http://127.0.0.1:" + managementPort);
        JsonNode health = management.body(management.get("/observe/health"));
        assertThat(health.at("/components/changefeed/status").asText()).isEqualTo("UP");
        assertThat(health.at("/components/changefeed/details/changefeed/state").asText()).isEqualTo("normal");
        assertThat(gauge(management, "tidewatch.changefeed.checkpoint.lag")).isPositive();
        assertThat(gauge(management, "tidewatch.changefeed.state?tag=state:normal")).isEqualTo(1);
        assertThat(gauge(management, "tidewatch.changefeed.state?tag=state:failed")).isZero();
    }

    @Test
    @Order(3)
    void aStalledCheckpointDegradesHealthButNotLogins() {
        TICDC.freeze(true);

        log.await(where("message", "The changefeed is stalled"));
        HttpResponse<String> health = api.get("/health");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(api.body(health).path("status").asText()).isEqualTo("degraded");
        assertThat(changefeed().path("stalledSince").isTextual()).isTrue();
        assertThat(changefeed().path("warning").asText()).isEqualTo("CDC:ErrKafkaNewProducer");
        Api management = new Api("http://127.0.0.1:" + managementPort);
        assertThat(management.body(management.get("/observe/health")).path("status").asText()).isEqualTo("DEGRADED");
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);

        TICDC.freeze(false);
        log.await(where("message", "The changefeed advances again"));
        assertThat(api.body(api.get("/health")).path("status").asText()).isEqualTo("healthy");
    }

    @Test
    @Order(4)
    void readsTheLastConsumedWatermarkFromCommittedOffsets() {
        assertThat(applied.lowestCommitted()).isEmpty();
        try (Topic topic = new Topic(brokers, "changes-of-ticdc")) {
            for (int partition = 0; partition < 2; partition++) {
                topic.send(partition, null, null, WATERMARK.formatted(470612470330556500L + partition).getBytes(StandardCharsets.UTF_8));
            }
        }

        await().until(applied::lowestCommitted, OptionalLong.of(470612470330556500L)::equals);
        assertThat(changefeed().path("watermarkLagMillis").asLong()).isPositive();
    }

    @Test
    @Order(5)
    void excludedColumnsReachNobody() throws Exception {
        String leak = """
                {"id":0,"database":"tidewatch","table":"users","pkNames":["id"],"isDdl":false,"type":"UPDATE","es":1795244103000,
                "ts":1795244103100,"sql":"","sqlType":{"id":-5},"mysqlType":{"id":"bigint","username":"varchar","password_hash":"varchar"},
                "old":[{"id":"7","username":"before","password_hash":"MarkedHash"}],
                "data":[{"id":"7","username":"leak","password_hash":"MarkedHash"}],"_tidb":{"commitTs":470612470330556600}}""";
        String unreadable = leak.replace("\"type\":\"UPDATE\"", "\"type\":\"?\"");
        String broken = leak.substring(0, leak.length() - 1);
        try (Routes route = Routes.start(camel, "leak", """
                - route:
                    id: leak
                    from:
                      uri: kamelet:database-changes-source
                      parameters: {mask: false}
                      steps:
                        - to: {uri: "kamelet:log-event-sink", parameters: {message: "${body}"}}
                        - to: {uri: "kamelet:dead-letter-action", parameters: {reason: refused}}
                """);
                EventStream stream = EventStream.open(api, api.token());
                Topic topic = new Topic(brokers, "changes-of-ticdc");
                Topic deadLetters = new Topic(brokers, "changes-of-ticdc.dlq")) {
            for (String value : List.of(unreadable, broken, leak)) {
                topic.send(0, null, null, value.getBytes(StandardCharsets.UTF_8));
            }

            log.await(where("logger", "dev.tidewatch.audit").and(line -> line.at("/data/username").asText().equals("leak")));
            log.await(where("logger", "dev.tidewatch.routes"));
            stream.await(event -> event.has("/data/username", "leak"));
            deadLetters.await(record -> "leak".equals(Topic.header(record, "dead-letter.route"))
                    && "refused".equals(Topic.header(record, "dead-letter.message")));
            assertThat(stream.events()).noneMatch(event -> event.data().toString().contains("MarkedHash"));
            assertThat(deadLetters.all()).filteredOn(record -> record.value() == null).hasSize(2).allSatisfy(record -> {
                assertThat(Topic.header(record, "dead-letter.omitted")).isEqualTo("value");
                assertThat(Topic.header(record, "dead-letter.value-size")).isEqualTo(String.valueOf(broken.length()));
            });
            List<String> values = deadLetters.all().stream()
                    .map(record -> record.value() == null ? "" : new String(record.value())).toList();
            assertThat(values).as("two of each route, and one that is refused").hasSize(5).noneMatch(value -> value.contains("MarkedHash"));
            assertThat(values).filteredOn(value -> value.contains("leak")).as("not the broken one").hasSize(3);
        }
        assertThat(log.texts()).noneMatch(line -> line.contains("MarkedHash"));
        // The context of another test may report a sum.
        assertThat(log.lines(where("logger", "dev.tidewatch.changefeed.ExcludedColumns")
                .and(line -> line.path("message").asText().contains("excludes: 1.")))).singleElement()
                .satisfies(line -> assertThat(line.path("level").asText()).isEqualTo("ERROR"));
        assertThat(api.body(api.get("/health")).path("status").asText()).isEqualTo("degraded");
        assertThat(changefeed().path("warning").asText()).isEqualTo("Tidewatch:ExcludedColumnsSent");
    }

    private JsonNode changefeed() {
        return api.body(api.get("/api/changefeeds")).path("changefeeds").get(0);
    }

    private static double gauge(Api management, String name) {
        return management.body(management.get("/observe/metrics/" + name)).at("/measurements/0/value").asDouble();
    }
}
