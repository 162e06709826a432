package dev.tidewatch.kafka;

import dev.tidewatch.settings.KafkaSecurity;
import org.apache.camel.Ordered;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every client of Kafka needs. */
@Configuration(proxyBeanMethods = false)
class KafkaClientConfiguration {

    /**
     * Camel's component hands it on to its endpoints, and to every other client through {@link KafkaClients}. Not in application.yaml: there
     * a password with braces would be taken for a placeholder.
     */
    @Bean
    ComponentCustomizer secureKafka(KafkaSecurity security) {
        // After Camel's own customizer, which sets the defaults of application.yaml.
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
