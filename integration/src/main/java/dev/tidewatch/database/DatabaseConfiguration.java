package dev.tidewatch.database;

import org.apache.camel.CamelContext;
import org.apache.camel.component.sql.SqlEndpoint;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Flyway opens the first connection and retries until the database is reachable. Each SQL endpoint parses its statement once. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseProperties.class)
class DatabaseConfiguration {

    @Bean
    FlywayConfigurationCustomizer firstConnection(DatabaseProperties settings) {
        return flyway -> flyway.dataSource(new FirstConnection(flyway.getDataSource(), settings.address(), settings.ssl()));
    }

    @Bean
    FlywayMigrationStrategy patientMigration(DatabaseProperties settings) {
        return new PatientMigration(settings);
    }

    @Bean
    CamelContextConfiguration namedParameters() {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext camel) {
                camel.getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> {
                    if (endpoint instanceof SqlEndpoint sql && sql.getPrepareStatementStrategy() == null) {
                        sql.setPrepareStatementStrategy(new NamedParameters(sql.getSeparator()));
                    }
                    return endpoint;
                });
            }

            @Override
            public void afterApplicationStart(CamelContext camel) {
                // Nothing is left to configure.
            }
        };
    }
}
