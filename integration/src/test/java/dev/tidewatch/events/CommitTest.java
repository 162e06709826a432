package dev.tidewatch.events;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.support.ApplicationTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Offsets are committed after the lines are written, and once a poll. */
class CommitTest extends ApplicationTest {

    private static final int RECORDS = 600;

    @Test
    void offsetsAreCommittedToTheEndOfTheTopicWithFarFewerCommitsThanRecords() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            long commitsBefore = records(admin, "__consumer_offsets");
            List<String> ids = IntStream.range(0, RECORDS).mapToObj(i -> UUID.randomUUID().toString()).toList();
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers, "linger.ms", 50),
                    new StringSerializer(), new StringSerializer())) {
                ids.forEach(id -> producer.send(new ProducerRecord<>("user-events", id, """
                        {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":7,"username":"commit-test",\
                        "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(id))));
            }

            assertThat(log.await(RECORDS, where("username", "commit-test")).stream().map(line -> line.path("eventId").asText()))
                    .containsExactlyInAnyOrderElementsOf(ids);
            Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() ->
                    assertThat(committed(admin)).isEqualTo(ends(admin, "user-events")));
            assertThat(records(admin, "__consumer_offsets") - commitsBefore).isPositive().isLessThan(RECORDS / 4);
        }
    }

    private static Map<TopicPartition, Long> committed(Admin admin) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets("log-user-events").partitionsToOffsetAndMetadata().get();
        Map<TopicPartition, Long> committed = new HashMap<>();
        offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
        return committed;
    }

    /** The ends of a topic's partitions that hold records. */
    private static Map<TopicPartition, Long> ends(Admin admin, String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()
                .forEach(partition -> latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(latest).all().get().forEach((partition, info) -> {
            if (info.offset() > 0) {
                ends.put(partition, info.offset());
            }
        });
        return ends;
    }

    private static long records(Admin admin, String topic) throws Exception {
        return ends(admin, topic).values().stream().mapToLong(Long::longValue).sum();
    }
}
