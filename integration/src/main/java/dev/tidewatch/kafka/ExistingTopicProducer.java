package dev.tidewatch.kafka;

import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A producer that creates no topics: it asks for the metadata of a topic only when the topic exists. A broker with
 * {@code auto.create.topics.enable} creates a missing topic when a producer asks for it, and Kafka has no producer setting against that.
 */
final class ExistingTopicProducer<K, V> extends KafkaProducer<K, V> {

    private final Properties settings;
    private final Set<String> existing = ConcurrentHashMap.newKeySet();

    ExistingTopicProducer(Properties settings) {
        super(settings);
        this.settings = settings;
    }

    /** @throws KafkaException also when the topic does not exist */
    @Override
    public Future<RecordMetadata> send(ProducerRecord<K, V> record, Callback callback) {
        require(record.topic());
        return super.send(record, callback);
    }

    /** @throws KafkaException also when the topic does not exist */
    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        require(topic);
        return super.partitionsFor(topic);
    }

    private void require(String topic) {
        if (existing.contains(topic)) {
            return;
        }
        // The producer's own settings: a route may send to another cluster.
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.keySet().retainAll(AdminClientConfig.configNames());
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, KafkaClients.TIMEOUT_MILLIS);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, KafkaClients.TIMEOUT_MILLIS);
        try (Admin admin = Admin.create(properties)) {
            admin.describeTopics(List.of(topic)).allTopicNames().get();
            existing.add(topic);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
