package dev.tidewatch.consumer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.springframework.stereotype.Component;

/** Reads records of a partition once more, beside every consumer group. */
@Component
public class PartitionReader {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CamelContext camel;

    PartitionReader(CamelContext camel) {
        this.camel = camel;
    }

    /**
     * The records with offsets from {@code from} to before {@code to}, of which Kafka may have deleted the first.
     *
     * @throws TimeoutException when the broker does not send them within ten seconds
     */
    public List<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition, long from, long to) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            Instant end = Instant.now().plus(PATIENCE);
            while (consumer.position(partition) < to) {
                if (Instant.now().isAfter(end)) {
                    throw new TimeoutException("The broker sends nothing of " + partition);
                }
                consumer.poll(Duration.ofMillis(100)).records(partition).stream()
                        .filter(record -> record.offset() < to).forEach(records::add);
            }
        }
        return records;
    }

    private Properties properties() {
        KafkaConfiguration configuration = camel.getComponent("kafka", KafkaComponent.class).getConfiguration();
        Properties properties = configuration.createConsumerProperties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, configuration.getBrokers());
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return properties;
    }
}
