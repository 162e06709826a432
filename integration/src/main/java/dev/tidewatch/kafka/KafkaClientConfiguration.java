package dev.tidewatch.kafka;

import dev.tidewatch.settings.KafkaSecurity;
import org.apache.camel.Ordered;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the connection to Kafka. */
@Configuration(proxyBeanMethods = false)
class KafkaClientConfiguration {

    /** Makes Camel use {@link CamelKafkaClients}. */
    @Bean
    ComponentCustomizer kafkaClientFactory() {
        return ComponentCustomizer.builder(KafkaComponent.class).build(kafka -> kafka.setKafkaClientFactory(new CamelKafkaClients()));
    }

    /**
     * Sets TLS and SASL on Camel's Kafka component, which passes them to its endpoints and to {@link KafkaClients}. Not set in
     * application.yaml, because a password with braces would be resolved as a placeholder there.
     */
    @Bean
    ComponentCustomizer secureKafka(KafkaSecurity security) {
        // Runs after Camel's own customizer, which applies application.yaml.
        return ComponentCustomizer.builder(KafkaComponent.class).withOrder(Ordered.LOWEST).build(kafka -> {
            KafkaConfiguration configuration = kafka.getConfiguration();
            if (security.isEncrypted()) {
                configuration.setSecurityProtocol(security.securityProtocol());
            }
            if (security.authenticates()) {
                configuration.setSaslMechanism(security.saslMechanism());
                configuration.setSaslJaasConfig(security.jaasConfig());
            }
            if (!security.sslCa().isEmpty()) {
                configuration.setSslTruststoreType("PEM");
                configuration.setSslTruststoreLocation(security.sslCa());
            }
        });
    }
}
