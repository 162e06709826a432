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
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;

/** User events that are sent again. */
class UserEventsIT extends ApplicationTest {

    @Autowired
    private CamelContext camel;

    private final Logger audit = (Logger) LoggerFactory.getLogger("dev.tidewatch.audit");
    private String topic;

    @BeforeEach
    void logDuplicates() {
        topic = "user-events-" + UUID.randomUUID();
        audit.setLevel(Level.DEBUG);
    }

    @AfterEach
    void logNoDuplicates() {
        audit.setLevel(null);
    }

    @Test
    void logsDuplicatesAtDebugOnlyAlsoAfterARestart() throws Exception {
        List<String> ids = IntStream.range(0, 50).mapToObj(i -> UUID.randomUUID().toString()).toList();
        try (Groups groups = new Groups(brokers)) {
            groups.createTopic(topic, 2);
            try (Routes route = start("window")) {
                send(ids.subList(0, 20));
                send(ids.subList(0, 30));
                groups.awaitEnd(topic, topic);
            }
            // A consumer with nothing in memory.
            try (Routes route = start("window")) {
                send(ids);
                groups.awaitEnd(topic, topic);
            }
        }

        List<JsonNode> lines = log.lines(line -> ids.contains(line.path("eventId").asText()));
        assertThat(lines.stream().filter(where("level", "INFO"))).extracting(line -> line.path("eventId").asText())
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(lines.stream().filter(line -> line.path("duplicate").asBoolean())).hasSize(20 + 30)
                .allSatisfy(line -> assertThat(line.path("level").asText()).isEqualTo("DEBUG"));
        assertThat(database.queryForObject("SELECT COUNT(*) FROM processed_events WHERE consumer = ?", Integer.class, topic)).isZero();
    }

    @Test
    void passesDuplicatesOnRequest() throws Exception {
        String id = UUID.randomUUID().toString();
        try (Groups groups = new Groups(brokers)) {
            groups.createTopic(topic, 1);
            try (Routes route = start("none")) {
                send(List.of(id, id));
                groups.awaitEnd(topic, topic);
            }
        }

        assertThat(log.lines(where("eventId", id))).hasSize(2).allMatch(where("level", "INFO"));
    }

    private Routes start(String deduplicate) {
        return Routes.start(camel, topic, """
                - route:
                    id: %1$s
                    from:
                      uri: kamelet:user-events-source
                      parameters: {topic: %1$s, deduplicate: %2$s}
                      steps:
                        - to: kamelet:log-event-sink
                """.formatted(topic, deduplicate));
    }

    private void send(List<String> ids) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers, "linger.ms", 20),
                new StringSerializer(), new StringSerializer())) {
            for (String id : ids) {
                producer.send(new ProducerRecord<>(topic, id, """
                        {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":1,"username":"again",\
                        "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(id)));
            }
        }
    }
}
