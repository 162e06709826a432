package dev.tidewatch.consumer;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.changes.RealMessages;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Groups;
import dev.tidewatch.support.Routes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * A recording of a TiCDC that was killed and sent nine changes twice. The Kamelet emits each change once, also when another consumer has
 * taken over before the duplicates arrive.
 */
class DuplicateChangesIT extends ApplicationTest {

    /** The offsets in partition 0 of the first changes that were sent twice, and of their duplicates. */
    private static final int FIRST_ORIGINAL = 1947;
    private static final int FIRST_DUPLICATE = 1956;
    private static final int DUPLICATES = 9;

    @Autowired
    private CamelContext camel;

    private final Logger audit = (Logger) LoggerFactory.getLogger("dev.tidewatch.audit");
    private final List<RealMessages.Recorded> recording = RealMessages.recording("canal-json-tidb-extension");
    private Groups groups;

    @BeforeEach
    void logDuplicates() {
        audit.setLevel(Level.DEBUG);
        groups = new Groups(brokers);
    }

    @AfterEach
    void logNoDuplicates() {
        audit.setLevel(null);
        groups.close();
    }

    @Test
    void emitsEachChangeOnce() throws Exception {
        groups.createTopic("recording", 3);
        send("recording", 0, Integer.MAX_VALUE);
        try (Routes route = start("recording", "one")) {
            exactlyOnce("recording");
        }
    }

    @Test
    void emitsEachChangeOnceAcrossConsumers() throws Exception {
        groups.createTopic("recording-with-restart", 3);
        send("recording-with-restart", 0, FIRST_DUPLICATE);
        try (Routes route = start("recording-with-restart", "first")) {
            groups.awaitEnd("recording-with-restart", "recording-with-restart");
        }

        OffsetAndMetadata committed = groups.committed("recording-with-restart").get(new TopicPartition("recording-with-restart", 0));
        JsonNode metadata = RealMessages.tree(committed.metadata());
        assertThat(committed.offset()).isEqualTo(FIRST_DUPLICATE);
        assertThat(metadata.path("watermark").asLong()).isGreaterThan(470_000_000_000_000_000L);
        assertThat(metadata.path("from").asInt()).as("remembers changes below the watermark, too").isBetween(0, FIRST_ORIGINAL);

        send("recording-with-restart", FIRST_DUPLICATE, Integer.MAX_VALUE);
        try (Routes route = start("recording-with-restart", "second")) {
            exactlyOnce("recording-with-restart");
        }
    }

    /** A tool that resets offsets removes their metadata, so that nothing is a duplicate. */
    @Test
    void emitsAllChangesAgainAfterOffsetReset() throws Exception {
        groups.createTopic("recording-reset", 3);
        send("recording-reset", 0, Integer.MAX_VALUE);
        try (Routes route = start("recording-reset", "before-reset")) {
            groups.awaitEnd("recording-reset", "recording-reset");
        }
        int once = log.lines(where("topic", "recording-reset").and(line -> !line.has("duplicate"))).size();
        assertThat(once).isGreaterThanOrEqualTo(2609);

        groups.resetToBeginning("recording-reset", "recording-reset");
        try (Routes route = start("recording-reset", "after-reset")) {
            groups.awaitEnd("recording-reset", "recording-reset");
        }
        assertThat(log.lines(where("topic", "recording-reset").and(line -> !line.has("duplicate")))).hasSize(2 * once);
    }

    @Test
    void bug02And03EmitsEveryChangeDespiteAnEarlyWatermark() throws Exception {
        groups.createTopic("early-watermark", 1);
        long now = System.currentTimeMillis();
        List<String> values = List.of(change(now, 1), watermark(now + Duration.ofDays(20_000).toMillis()), change(now, 2),
                watermark(now + 1), change(now - Duration.ofMinutes(5).toMillis(), 3), change(now - 1, 4), change(now - 1, 4),
                change(now, 1), change(now + 2, 5));
        try (KafkaProducer<byte[], byte[]> producer = producer(); Routes route = start("early-watermark", "early")) {
            values.forEach(value -> producer.send(new ProducerRecord<>("early-watermark", value.getBytes(StandardCharsets.UTF_8))));
            producer.flush();
            groups.awaitEnd("early-watermark", "early-watermark");
        }

        List<JsonNode> lines = log.lines(where("topic", "early-watermark"));
        assertThat(lines).filteredOn(line -> !line.has("duplicate")).extracting(line -> line.at("/key/id").asInt())
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(lines).filteredOn(line -> line.has("duplicate")).extracting(line -> line.at("/key/id").asInt()).containsExactly(4, 1);
        log.await(line -> line.path("message").asText().startsWith("early-watermark refused watermarks of early-watermark-0"));
        log.await(line -> line.path("message").asText().startsWith("early-watermark read changes in early-watermark-0 that are older"));
        OffsetAndMetadata committed = groups.committed("early-watermark").get(new TopicPartition("early-watermark", 0));
        JsonNode metadata = RealMessages.tree(committed.metadata());
        assertThat(metadata.path("watermark").asLong()).isEqualTo(now + 1 << 18);
    }

    private static String change(long millis, int id) {
        return """
                {"id":0,"database":"shop","table":"orders","pkNames":["id"],"isDdl":false,"type":"INSERT","es":%d,"ts":1,"sql":"",\
                "sqlType":{"id":4},"mysqlType":{"id":"int"},"old":null,"data":[{"id":"%d"}],"_tidb":{"commitTs":%d}}"""
                .formatted(millis, id, millis << 18);
    }

    private static String watermark(long millis) {
        return """
                {"id":0,"database":"","table":"","pkNames":null,"isDdl":false,"type":"TIDB_WATERMARK","es":1,"ts":1,"sql":"",\
                "sqlType":null,"mysqlType":null,"data":null,"old":null,"_tidb":{"watermarkTs":%d}}""".formatted(millis << 18);
    }

    private void exactlyOnce(String topic) {
        groups.awaitEnd(topic, topic);
        List<JsonNode> lines = log.lines(where("topic", topic).and(where("table", "users")));
        List<JsonNode> duplicates = lines.stream().filter(line -> line.path("duplicate").asBoolean()).toList();
        List<JsonNode> changes = lines.stream()
                .filter(line -> !line.has("duplicate") && !line.path("operation").asText().equals("DDL")).toList();

        assertThat(duplicates).extracting(line -> line.path("offset").asInt())
                .containsExactlyElementsOf(IntStream.range(FIRST_DUPLICATE, FIRST_DUPLICATE + DUPLICATES).boxed().toList());
        assertThat(duplicates).allSatisfy(line -> {
            assertThat(line.path("level").asText()).isEqualTo("DEBUG");
            assertThat(line.path("commitTs").asText()).isNotBlank();
        });
        assertThat(changes).extracting(line -> line.path("key") + " " + line.path("commitTs") + " " + line.path("operation"))
                .hasSize(2609).doesNotHaveDuplicates();
        // The 2167 rows in the description of the recording, and the one that was added last.
        assertThat(table(changes)).hasSize(2167 + 1)
                .containsValue("after_full_restart");
    }

    /** The table after all changes: user names by key. */
    private static Map<String, String> table(List<JsonNode> changes) {
        Map<String, String> rows = new HashMap<>();
        for (JsonNode change : changes) {
            if (change.path("operation").asText().equals("DELETE")) {
                rows.remove(change.path("key").toString());
            } else {
                rows.put(change.path("key").toString(), change.path("data").path("username").asText());
            }
        }
        return rows;
    }

    private Routes start(String topic, String routeId) {
        return Routes.start(camel, routeId, """
                - route:
                    id: %s
                    from:
                      uri: kamelet:database-changes-source
                      parameters: {topic: %s, groupId: %s, operations: "INSERT,UPDATE,DELETE,DDL"}
                      steps:
                        - to:
                            uri: kamelet:log-event-sink
                            parameters: {logger: dev.tidewatch.audit}
                """.formatted(routeId, topic, topic));
    }

    /** Sends the records from one offset of partition 0 up to but not including another. */
    private void send(String topic, int from, int to) {
        int begin = indexOf(from);
        int end = to == Integer.MAX_VALUE ? recording.size() : indexOf(to);
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            recording.subList(begin, end).forEach(record ->
                    producer.send(new ProducerRecord<>(topic, record.partition(), null, record.value())));
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(Map.of("bootstrap.servers", brokers, "linger.ms", 20),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    private int indexOf(int offset) {
        for (int i = 0; i < recording.size(); i++) {
            if (recording.get(i).partition() == 0 && recording.get(i).offset() == offset) {
                return i;
            }
        }
        throw new AssertionError("No offset " + offset);
    }
}
