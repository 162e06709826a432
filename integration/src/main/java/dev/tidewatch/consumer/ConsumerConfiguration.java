package dev.tidewatch.consumer;

import com.zaxxer.hikari.HikariDataSource;
import dev.tidewatch.settings.KafkaSecurity;
import java.sql.Connection;
import org.apache.camel.Ordered;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.spi.ComponentCustomizer;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/** What consumers need of the database, and every client of Kafka. */
@Configuration(proxyBeanMethods = false)
class ConsumerConfiguration {

    @Bean
    KafkaSecurity kafkaSecurity(Environment settings) {
        return KafkaSecurity.of(settings);
    }

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
                configuration.setSecurityProtocol(security.protocol());
            }
            if (security.logsIn()) {
                configuration.setSaslMechanism(security.mechanism());
                configuration.setSaslJaasConfig(security.jaasConfig());
            }
            if (!security.certificates().isEmpty()) {
                configuration.setSslTruststoreType("PEM");
                configuration.setSslTruststoreLocation(security.certificates());
            }
        });
    }

    /** A transaction takes a connection with its first statement, so that row changes, which need none, do not wait for the database. */
    @Bean
    static BeanPostProcessor lazyConnections() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (!(bean instanceof HikariDataSource pool)) {
                    return bean;
                }
                LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy();
                lazy.setTargetDataSource(pool);
                // Told, it does not connect to ask.
                lazy.setDefaultAutoCommit(true);
                lazy.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                return lazy;
            }
        };
    }
}
