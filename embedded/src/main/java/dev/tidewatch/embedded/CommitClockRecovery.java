package dev.tidewatch.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores the commit clock of an earlier run from the messages it sent, in each partition from the last watermark on. */
final class CommitClockRecovery {

    private static final Logger log = LoggerFactory.getLogger(CommitClockRecovery.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long STEP = 500;

    private CommitClockRecovery() {
    }

    static void recover(String bootstrapServers, String topic, CommitClock clock) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_uncommitted",
            "max.poll.records", 5000, "max.partition.fetch.bytes", 64 * 1024 * 1024, "allow.auto.create.topics", false);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition())).toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            for (TopicPartition partition : partitions) {
                readBack(consumer, partition, begins.get(partition), ends.get(partition), clock);
            }
        }
    }

    private static void readBack(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long begin, long end,
                                 CommitClock clock) {
        boolean watermark = false;
        long to = end;
        while (to > begin && !watermark) {
            long from = Math.max(begin, to - STEP);
            watermark = readRange(consumer, partition, from, to, clock);
            to = from;
        }
    }

    private static boolean readRange(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long to,
                                     CommitClock clock) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        boolean watermark = false;
        while (consumer.position(partition) < to) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                watermark |= restore(record, clock);
            }
        }
        return watermark;
    }

    private static boolean restore(ConsumerRecord<byte[], byte[]> record, CommitClock clock) {
        JsonNode extension = extension(record);
        if (extension.has("watermarkTs")) {
            clock.restoreWatermark(extension.get("watermarkTs").longValue());
            return true;
        }
        if (extension.has("commitTs")) {
            clock.restore(extension.get("commitTs").longValue());
        }
        return false;
    }

    /** The TiDB extension; missing in a foreign record, such as a replayed dead letter. */
    private static JsonNode extension(ConsumerRecord<byte[], byte[]> record) {
        try {
            return record.value() == null ? MissingNode.getInstance() : MAPPER.readTree(record.value()).path("_tidb");
        } catch (IOException e) {
            log.debug("Not a message of the changefeed: {}-{} at {}", record.topic(), record.partition(), record.offset(), e);
            return MissingNode.getInstance();
        }
    }
}
