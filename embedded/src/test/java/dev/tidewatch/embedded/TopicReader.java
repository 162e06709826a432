package dev.tidewatch.embedded;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the topic of a changefeed from the beginning. */
final class TopicReader implements AutoCloseable {

    /** The key of foreign records, which the reader skips. */
    static final String FOREIGN = "foreign";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Message> messages = new ArrayList<>();

    TopicReader(String bootstrapServers, String topic, int partitions) {
        consumer = new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "reconnect.backoff.max.ms", 200, "max.poll.records", 5000),
            new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions).mapToObj(partition -> new TopicPartition(topic, partition)).toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    /** All messages so far, including watermarks, in the order of each partition. */
    List<Message> messages() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
            String key = record.key() == null ? null : new String(record.key());
            if (FOREIGN.equals(key)) {
                continue;
            }
            try {
                messages.add(new Message(record.partition(), record.offset(), key,
                    record.headers().toArray().length, MAPPER.readTree(record.value())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return messages;
    }

    List<Message> changes() {
        return messages().stream().filter(message -> !message.isWatermark()).toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
