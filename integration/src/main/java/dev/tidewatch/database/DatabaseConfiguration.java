package dev.tidewatch.database;

import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Flyway opens the first connection and retries until the database is reachable. */
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
}
