package dev.tidewatch.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Builds every Kafka client that is not a Camel endpoint, with the settings of Camel's Kafka component. */
@Component
public class KafkaClients implements DisposableBean {

    /** HTTP requests wait for these clients. */
    static final int TIMEOUT_MILLIS = 2500;

    /** Camel's default for {@code buffer.memory}, which limits a record too. */
    private static final int MAX_RECORD_BYTES = 32 * 1024 * 1024;

    private final CamelContext camel;
    private Producer<byte[], byte[]> producer;

    public KafkaClients(CamelContext camel) {
        this.camel = camel;
    }

    /** A consumer without a group, to be closed by the caller. Its calls fail after 2.5 seconds without an answer. */
    public Consumer<byte[], byte[]> newConsumer() {
        return new KafkaConsumer<>(consumerProperties());
    }

    /** The offsets that a consumer group has committed in a topic. Partitions without a committed offset are left out. */
    public Map<TopicPartition, OffsetAndMetadata> committed(String groupId, String topic) {
        Properties properties = consumerProperties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
            Set<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition())).collect(Collectors.toSet());
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(consumer.committed(partitions));
            committed.values().removeIf(Objects::isNull);
            return committed;
        }
    }

    /**
     * Removes all members of a consumer group. A live member rejoins with its next poll; a member whose thread hangs loses its partitions.
     *
     * @throws KafkaException when no broker answers within 2.5 seconds
     */
    public void removeMembers(String groupId) {
        try (Admin admin = newAdmin(Map.of())) {
            admin.removeMembersFromConsumerGroup(groupId, new RemoveMembersFromConsumerGroupOptions()).all().get();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Properties consumerProperties() {
        KafkaConfiguration configuration = configuration();
        Properties properties = configuration.createConsumerProperties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, configuration.getBrokers());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        // The broker holds a fetch at the end of a partition for this long, which delays the partitions that are read next.
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        return properties;
    }

    /**
     * The shared producer for copies of consumed records, of at most 32 MiB before compression. It compresses, because the record may have
     * been accepted by its compressed size. Thread-safe, closed when the application stops.
     */
    public synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = newProducer(Map.of(
                    ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip",
                    ProducerConfig.BUFFER_MEMORY_CONFIG, MAX_RECORD_BYTES,
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES));
        }
        return producer;
    }

    /**
     * A producer, to be closed by the caller. It creates no topics: sending to a missing one fails.
     *
     * @param overrides Kafka producer settings that replace those of Camel's component
     */
    public Producer<byte[], byte[]> newProducer(Map<String, Object> overrides) {
        KafkaConfiguration configuration = configuration();
        Properties properties = configuration.createProducerProperties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, configuration.getBrokers());
        properties.putAll(overrides);
        return new ExistingTopicProducer<>(properties);
    }

    /**
     * An admin client, to be closed by the caller.
     *
     * @param overrides Kafka admin settings that replace those of Camel's component
     */
    public Admin newAdmin(Map<String, Object> overrides) {
        Properties properties = consumerProperties();
        properties.keySet().retainAll(AdminClientConfig.configNames());
        properties.putAll(overrides);
        return Admin.create(properties);
    }

    /** The value of KAFKA_BROKERS. */
    String brokers() {
        return configuration().getBrokers();
    }

    private KafkaConfiguration configuration() {
        return camel.getComponent("kafka", KafkaComponent.class).getConfiguration();
    }

    @Override
    public synchronized void destroy() {
        if (producer != null) {
            producer.close();
        }
    }
}
