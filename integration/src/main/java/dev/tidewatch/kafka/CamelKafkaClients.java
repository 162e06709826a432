package dev.tidewatch.kafka;

import java.util.Properties;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;

/** Builds the clients of Camel's Kafka endpoints, also those in users' route files, so that they create no topics. */
@SuppressWarnings("rawtypes")
final class CamelKafkaClients extends DefaultKafkaClientFactory {

    @Override
    public Consumer getConsumer(Properties settings) {
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return super.getConsumer(settings);
    }

    @Override
    public Producer getProducer(Properties settings) {
        return new ExistingTopicProducer<>(settings);
    }
}
