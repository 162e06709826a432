package dev.tidewatch.consumer;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Groups;
import dev.tidewatch.support.Routes;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** User events whose ids a route remembers in the database, and a database that blocks it. */
@Tag("sql")
class ProcessedEventsIT extends ApplicationTest {

    @Autowired
    private DataSource dataSource;
    @Autowired
    private CamelContext camel;

    private final Logger audit = (Logger) LoggerFactory.getLogger("dev.tidewatch.audit");

    private String topic;
    private String routeId;
    private Routes route;

    @BeforeEach
    void start() throws Exception {
        audit.setLevel(Level.DEBUG);
        topic = "remembered-" + UUID.randomUUID();
        routeId = topic;
        try (Groups groups = new Groups(brokers)) {
            groups.createTopic(topic, 1);
        }
        route = Routes.start(camel, routeId, """
                - route:
                    id: %1$s
                    from:
                      uri: kamelet:user-events-source
                      parameters: {topic: %1$s, deduplicate: table}
                      steps:
                        - to: kamelet:log-event-sink
                """.formatted(routeId));
    }

    @AfterEach
    void stop() {
        route.close();
        audit.setLevel(null);
    }

    @Test
    void logsDuplicatesAtDebugOnly() {
        List<String> ids = IntStream.range(0, 50).mapToObj(i -> UUID.randomUUID().toString()).toList();
        // 20 new; the same 20 with 30 new; three duplicates, two of them in one poll.
        send(ids.subList(0, 20));
        send(ids);
        send(List.of(ids.get(30), ids.get(30), ids.get(49)));
        awaitEnd();

        List<JsonNode> lines = log.lines(line -> ids.contains(line.path("eventId").asText()));
        assertThat(lines.stream().filter(line -> line.path("level").asText().equals("INFO")))
                .extracting(line -> line.path("eventId").asText()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(lines.stream().filter(line -> line.path("duplicate").asBoolean())).hasSize(23)
                .allSatisfy(line -> assertThat(line.path("level").asText()).isEqualTo("DEBUG"));
        assertThat(database.queryForObject("SELECT COUNT(*) FROM processed_events WHERE consumer = '" + routeId + "' AND event_id IN ('"
                + String.join("','", ids) + "')", Integer.class)).isEqualTo(50);
    }

    @Test
    void insertsOncePerPoll() {
        long before = inserts();
        List<String> ids = IntStream.range(0, 1000).mapToObj(i -> UUID.randomUUID().toString()).toList();
        send(ids);
        awaitEnd();

        assertThat(log.lines(line -> ids.contains(line.path("eventId").asText()))).hasSize(1000);
        // 1000 records arrive in a few polls; on MariaDB the watch of the database counts, too.
        assertThat(inserts() - before).isBetween(1L, 200L);
    }

    @Test
    void retriesWhileRowIsLocked() throws Exception {
        String id = UUID.randomUUID().toString();
        List<String> ids = List.of(UUID.randomUUID().toString(), id, UUID.randomUUID().toString());
        try (var connection = dataSource.getConnection(); Groups groups = new Groups(brokers)) {
            connection.setAutoCommit(false);
            JdbcTemplate other = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
            other.update("INSERT INTO processed_events (consumer, event_id) VALUES ('" + routeId + "', ?)", id);
            send(ids);

            // Error 1205 after one second.
            log.await(line -> line.path("message").asText().startsWith(routeId + " retries "));
            TopicPartition partition = new TopicPartition(topic, 0);
            OffsetAndMetadata committed = groups.committed(routeId).get(partition);
            assertThat(committed == null ? 0 : committed.offset()).as("not committed")
                    .isLessThan(groups.ends(topic).get(partition));
            connection.rollback();
        }
        awaitEnd();
        log.await(line -> line.path("message").asText().startsWith(routeId + " continues with "));
        assertThat(log.lines(line -> ids.contains(line.path("eventId").asText()))).extracting(line -> line.path("eventId").asText())
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    /** As after a rebalance, when two instances handle the same event. */
    @Test
    void continuesWhenAnotherInstanceStoredTheEvent() throws Exception {
        String id = UUID.randomUUID().toString();
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            JdbcTemplate other = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
            other.update("INSERT INTO processed_events (consumer, event_id) VALUES ('" + routeId + "', ?)", id);
            send(List.of(id));
            log.await(where("eventId", id));
            connection.commit();
        }
        awaitEnd();
        assertThat(log.lines(where("eventId", id).and(where("level", "INFO")))).hasSize(1);
    }

    @Test
    void deletesOldProcessedEvents() throws Exception {
        database.update("INSERT INTO processed_events (consumer, event_id, processed_at) VALUES ('trim-test', 'old', '2020-01-01'), "
                + "('trim-test', 'new', CURRENT_TIMESTAMP(3))");
        String version = database.queryForObject("SELECT VERSION()", String.class);
        String definition = (String) database.queryForMap("SHOW CREATE TABLE processed_events").get("Create Table");

        assertThat(definition).contains("remembers events for 168 hours");
        if (version.contains("TiDB")) {
            assertThat(definition).contains("TTL=`processed_at` + INTERVAL 168 HOUR").contains("TTL_ENABLE='ON'");
        } else {
            // Restarts its timer.
            camel.getRouteController().stopRoute("trim-processed-events");
            camel.getRouteController().startRoute("trim-processed-events");
            Awaitility.await().until(() -> database.queryForList(
                    "SELECT event_id FROM processed_events WHERE consumer = 'trim-test'", String.class).equals(List.of("new")));
        }
    }

    private void awaitEnd() {
        try (Groups groups = new Groups(brokers)) {
            groups.awaitEnd(routeId, topic);
        }
    }

    /** The number of INSERT statements: on TiDB into this table, on MariaDB into all tables. */
    private long inserts() {
        return database.queryForObject("SELECT VERSION()", String.class).contains("TiDB")
                ? database.queryForObject("SELECT COALESCE(SUM(exec_count), 0) FROM information_schema.statements_summary "
                        + "WHERE schema_name = DATABASE() AND digest_text LIKE 'insert into `processed_events`%'", Long.class)
                : Long.parseLong(database.queryForMap("SHOW GLOBAL STATUS LIKE 'Com_insert'").get("Value").toString());
    }

    private void send(List<String> ids) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers, "linger.ms", 20),
                new StringSerializer(), new StringSerializer())) {
            for (String id : ids) {
                producer.send(new ProducerRecord<>(topic, 0, "1", """
                        {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":1,"username":"again",\
                        "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(id)));
            }
        }
    }
}
