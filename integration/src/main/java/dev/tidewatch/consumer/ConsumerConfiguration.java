package dev.tidewatch.consumer;

import org.apache.camel.Ordered;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the consumers of Camel's Kafka endpoints, also of those in users' route files. */
@Configuration(proxyBeanMethods = false)
class ConsumerConfiguration {

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
