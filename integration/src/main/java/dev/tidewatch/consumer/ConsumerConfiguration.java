package dev.tidewatch.consumer;

import java.util.Properties;
import org.apache.camel.Ordered;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the consumers of Camel's Kafka endpoints, also of those in users' route files. */
@Configuration(proxyBeanMethods = false)
class ConsumerConfiguration {

    /** Of a poll. Beyond it, Kafka's limit of 1 MiB for a partition ends most polls. */
    private static final int MOST_RECORDS = 5000;

    /** Builds the consumers of the endpoints that create an exchange for each poll. The others create one for each record. */
    @Bean
    KafkaClientFactory pollConsumers(Subscriptions subscriptions) {
        return subscriptions.over(new DefaultKafkaClientFactory() {
            @Override
            @SuppressWarnings("rawtypes")
            public Consumer getConsumer(Properties settings) {
                settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
                settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_RECORDS);
                return new PolledConsumer(settings);
            }
        });
    }

    @Bean
    ComponentCustomizer kafkaConsumers(Subscriptions subscriptions, PollRetries retries) {
        // Runs last: it keeps the factory that another customizer has set.
        return ComponentCustomizer.builder(KafkaComponent.class).withOrder(Ordered.LOWEST).build(kafka -> {
            KafkaClientFactory factory = kafka.getKafkaClientFactory();
            kafka.setKafkaClientFactory(subscriptions.over(factory == null ? new DefaultKafkaClientFactory() : factory));
            kafka.setPollExceptionStrategy(retries);
        });
    }
}
