package dev.tidewatch.bench;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes the records that a benchmark reads. */
final class TopicFiller {

    private TopicFiller() {
    }

    /**
     * Sends records and waits until the broker has all of them.
     *
     * @param partition null: by the key
     * @throws IllegalStateException if the broker rejects one
     */
    static void fill(String brokers, String topic, Integer partition, int records, IntFunction<String> value) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers, "linger.ms", 20,
                "batch.size", 100_000, "max.request.size", 2_000_000), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                String key = partition == null ? String.valueOf(i % 100) : null;
                producer.send(new ProducerRecord<>(topic, partition, key, value.apply(i).getBytes(StandardCharsets.UTF_8)),
                        (stored, rejected) -> failure.compareAndSet(null, rejected));
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("A record is not in " + topic, failure.get());
        }
    }
}
