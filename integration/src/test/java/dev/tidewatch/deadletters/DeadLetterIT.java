package dev.tidewatch.deadletters;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An unreadable record becomes one log line and one dead letter, and does not block its partition. */
class DeadLetterIT extends ApplicationTest {

    static Stream<Arguments> unreadable() {
        return Stream.of("user-events", "tidb-cdc-events").flatMap(topic -> Stream.of(
                arguments(topic, "not JSON", "key".getBytes(), "no json \u0001\u00ff".getBytes(StandardCharsets.ISO_8859_1)),
                arguments(topic, "truncated JSON", "key".getBytes(), "{\"eventId\":".getBytes()),
                arguments(topic, "JSON of another format", "key".getBytes(), "{\"hello\":\"world\"}".getBytes()),
                arguments(topic, "a time out of range", null,
                        "{\"eventId\":\"x\",\"action\":\"LOGOUT\",\"timestamp\":9223372036854775807,\"isDdl\":false}".getBytes()),
                arguments(topic, "nearly 2 MiB", null, new byte[2_000_000]),
                arguments(topic, "an array", null, "[1]".getBytes()),
                arguments(topic, "empty", new byte[0], new byte[0]),
                arguments(topic, "a tombstone", "key".getBytes(), null)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("unreadable")
    void publishesUnreadableRecordUnchangedAndLogsItOnce(String name, String what, byte[] key, byte[] value) {
        String mark = name + " " + what;
        try (Topic topic = new Topic(brokers, name); Topic deadLetters = new Topic(brokers, name + ".dlq")) {
            Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            RecordMetadata origin = topic.send(key, value, "mark", mark, "twice", "1", "twice", "2", "CamelHttpUri", "x", "null", null);
            ConsumerRecord<byte[], byte[]> deadLetter = deadLetters.await(record -> mark.equals(Topic.header(record, "mark")));
            JsonNode line = log.await(where("deadLetterTopic", name + ".dlq").and(where("offset", origin.offset())));

            assertThat(deadLetter.key()).isEqualTo(key);
            assertThat(deadLetter.value()).isEqualTo(value);
            assertThat(Topic.header(deadLetter, "dead-letter.topic")).isEqualTo(name);
            assertThat(Topic.header(deadLetter, "dead-letter.partition")).isEqualTo("0");
            assertThat(Topic.header(deadLetter, "dead-letter.offset")).isEqualTo(String.valueOf(origin.offset()));
            assertThat(Topic.header(deadLetter, "dead-letter.route"))
                    .isEqualTo(name.equals("user-events") ? "log-user-events" : "log-database-changes");
            assertThat(Topic.header(deadLetter, "dead-letter.exception")).startsWith("dev.tidewatch.").endsWith("Exception");
            assertThat(Topic.header(deadLetter, "dead-letter.message")).isEqualTo(line.path("cause").asText()).isNotBlank();
            assertThat(Instant.parse(Topic.header(deadLetter, "dead-letter.time"))).isBetween(before, Instant.now());
            assertThat(deadLetter.headers()).extracting(Header::key)
                    .startsWith("mark", "twice", "twice", "CamelHttpUri", "null")
                    .containsExactlyInAnyOrder("mark", "twice", "twice", "CamelHttpUri", "null",
                            "dead-letter.topic", "dead-letter.partition", "dead-letter.offset", "dead-letter.route", "dead-letter.group",
                            "dead-letter.exception", "dead-letter.message", "dead-letter.time");
            assertThat(line.path("level").asText()).isEqualTo("ERROR");
            assertThat(line.path("topic").asText()).isEqualTo(name);

            RecordMetadata next = topic.send(null, good(name));
            log.await(where("topic", name).and(where("offset", next.offset())).and(l -> l.has("source")));
            assertThat(log.lines(where("topic", name).and(where("partition", 0)).and(where("offset", origin.offset())))).hasSize(1);
        }
    }

    static Stream<Arguments> compressed() {
        byte[] most = new byte[20_000_000];
        byte[] tooMuch = new byte[34_000_000];
        return Stream.of("user-events", "tidb-cdc-events").flatMap(topic -> Stream.of(
                arguments(topic, "20 MB", "key".getBytes(), most, null),
                arguments(topic, "34 MB", "key".getBytes(), tooMuch, "value"),
                arguments(topic, "a key of 34 MB", tooMuch, new byte[1], "value,key,headers")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("compressed")
    void bug01OmitsTheValueOfARecordThatIsTooLargeForItsDeadLetterTopic(String name, String what, byte[] key, byte[] value, String omitted)
            throws Exception {
        try (Topic topic = new Topic(brokers, name); Topic deadLetters = new Topic(brokers, name + ".dlq")) {
            RecordMetadata origin = sendCompressed(name, key, value);
            RecordMetadata next = topic.send(null, good(name));

            log.await(where("topic", name).and(where("offset", next.offset())).and(l -> l.has("source")));
            ConsumerRecord<byte[], byte[]> deadLetter = deadLetters.await(record ->
                    String.valueOf(origin.offset()).equals(Topic.header(record, "dead-letter.offset")));
            assertThat(Topic.header(deadLetter, "dead-letter.omitted")).isEqualTo(omitted);
            assertThat(Topic.header(deadLetter, "dead-letter.topic")).isEqualTo(name);
            assertThat(Topic.header(deadLetter, "mark")).isEqualTo("value,key,headers".equals(omitted) ? null : "a mark");
            assertThat(deadLetter.key()).isEqualTo("value,key,headers".equals(omitted) ? null : key);
            JsonNode shown = api.body(api.get(
                    "/api/dead-letters/%s/%d/%d".formatted(deadLetter.topic(), deadLetter.partition(), deadLetter.offset()),
                    Api.bearer(api.token())));
            assertThat(shown.at("/origin/offset").asLong()).isEqualTo(origin.offset());
            assertThat(shown.at("/value/size").asInt()).isEqualTo(value.length);
            assertThat(shown.path("replayable").asBoolean()).isEqualTo(omitted == null);
            if (omitted == null) {
                assertThat(deadLetter.value()).isEqualTo(value);
            } else {
                assertThat(deadLetter.value()).isNull();
                assertThat(shown.path("omitted")).extracting(JsonNode::asText).containsExactly(omitted.split(","));
                assertThat(shown.at("/value/truncated").asBoolean()).isTrue();
            }
            String request = "{\"topic\":\"%s\",\"partition\":%d,\"offsets\":[%d]}"
                    .formatted(name, deadLetter.partition(), deadLetter.offset());
            JsonNode result = api.body(api.post("/api/dead-letters/replay", request, Api.bearer(api.token())));
            assertThat(result.path("replayed").asInt()).isEqualTo(omitted == null ? 1 : 0);
            assertThat(result.path("incomplete").asInt()).isEqualTo(omitted == null ? 0 : 1);
        }
    }

    /** Kafka's brokers accept a batch by its compressed size. */
    private RecordMetadata sendCompressed(String topic, byte[] key, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers, "compression.type", "gzip",
                "max.request.size", 100_000_000, "buffer.memory", 100_000_000), new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>(topic, 0, key, value, List.of(new RecordHeader("mark", "a mark".getBytes())))).get();
        }
    }

    private static byte[] good(String topic) {
        String value = topic.equals("user-events")
                ? """
                  {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":7,
                  "username":"x","ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(UUID.randomUUID())
                : """
                  {"id":0,"database":"demo","table":"readings","pkNames":["id"],"isDdl":false,"type":"INSERT","es":1786358942713,
                  "ts":1786358944991,"sql":"","sqlType":{"id":4},"mysqlType":{"id":"int"},"old":null,"data":[{"id":"1"}]}""";
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
