package dev.tidewatch.support;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** A Kafka topic, read from its beginning. */
public final class Topic implements AutoCloseable {

    private final String name;
    private final Map<String, Object> brokers;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private KafkaProducer<byte[], byte[]> producer;

    public Topic(String brokers, String name) {
        this.name = name;
        this.brokers = Map.of("bootstrap.servers", brokers, "max.request.size", 11_000_000);
        consumer = new KafkaConsumer<>(this.brokers, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        // The application may not have created it yet.
        List<TopicPartition> partitions = Awaitility.await().pollInSameThread()
                .until(() -> consumer.partitionsFor(name), found -> found != null && !found.isEmpty()).stream()
                .map(p -> new TopicPartition(name, p.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Waits for a matching record. */
    public ConsumerRecord<byte[], byte[]> await(Predicate<ConsumerRecord<byte[], byte[]>> fits) {
        return Awaitility.await().pollInterval(Duration.ofMillis(10)).pollInSameThread()
                .until(() -> {
                    consumer.poll(Duration.ofMillis(50)).forEach(records::add);
                    return records.stream().filter(fits).toList();
                }, found -> !found.isEmpty()).get(0);
    }

    /** Every record up to the topic's end, in the order of each partition. */
    public List<ConsumerRecord<byte[], byte[]>> all() {
        consumer.endOffsets(consumer.assignment()).forEach((partition, end) -> {
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(50)).forEach(records::add);
            }
        });
        return List.copyOf(records);
    }

    /** Every matching record up to the topic's end. */
    public List<ConsumerRecord<byte[], byte[]>> all(Predicate<ConsumerRecord<byte[], byte[]>> fits) {
        return all().stream().filter(fits).toList();
    }

    /** Writes a record with headers, as alternating names and values, and returns its position. */
    public RecordMetadata send(byte[] key, byte[] value, String... headers) {
        return send(0, null, key, value, headers);
    }

    /** Writes a record to a partition, with a timestamp in milliseconds; null is now. */
    public RecordMetadata send(int partition, Long time, byte[] key, byte[] value, String... headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(name, partition, time, key, value);
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(headers[i], headers[i + 1] == null ? null : headers[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        if (producer == null) {
            producer = new KafkaProducer<>(brokers, new ByteArraySerializer(), new ByteArraySerializer());
        }
        try {
            return producer.send(record).get();
        } catch (ExecutionException e) {
            throw new AssertionError("Kafka did not take the record", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    /** The value of a record's header, as text; null when absent. */
    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** A record's value as text; empty for a tombstone, which another test may have written. */
    public static String text(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
        if (producer != null) {
            producer.close();
        }
    }
}
