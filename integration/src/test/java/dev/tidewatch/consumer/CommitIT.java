package dev.tidewatch.consumer;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.Groups;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Offsets are committed once per poll, after the lines are written. */
class CommitIT extends ApplicationTest {

    private static final int RECORDS = 600;

    @Test
    void commitsOncePerPoll() throws Exception {
        try (Groups groups = new Groups(brokers)) {
            long commitsBefore = records(groups, "__consumer_offsets");
            List<String> ids = IntStream.range(0, RECORDS).mapToObj(i -> UUID.randomUUID().toString()).toList();
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers, "linger.ms", 50),
                    new StringSerializer(), new StringSerializer())) {
                ids.forEach(id -> producer.send(new ProducerRecord<>("user-events", id, """
                        {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":7,"username":"commit-test",\
                        "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(id))));
            }

            assertThat(log.await(RECORDS, where("username", "commit-test")).stream().map(line -> line.path("eventId").asText()))
                    .containsExactlyInAnyOrderElementsOf(ids);
            groups.awaitEnd("log-user-events", "user-events");
            assertThat(records(groups, "__consumer_offsets") - commitsBefore).isPositive().isLessThan(RECORDS / 4);
        }
    }

    private static long records(Groups groups, String topic) throws Exception {
        return groups.ends(topic).values().stream().mapToLong(Long::longValue).sum();
    }
}
