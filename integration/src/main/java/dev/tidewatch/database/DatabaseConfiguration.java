package dev.tidewatch.database;

import dev.tidewatch.login.SeededUser;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Flyway opens the first connection and retries until the database is reachable. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    @Bean
    FlywayConfigurationCustomizer firstConnection(DatabaseProperties settings) {
        return flyway -> flyway.dataSource(new FirstConnection(flyway.getDataSource(), settings.address(), settings.ssl()));
    }

    @Bean
    FlywayMigrationStrategy patientMigration(@Value("${tidewatch.env}") String mode, Environment settings) {
        FlywayMigrationStrategy migration = new PatientMigration();
        return !mode.equals("production") ? migration : flyway -> {
            migration.migrate(flyway);
            SeededUser.refuse(flyway.getConfiguration().getDataSource(), settings);
        };
    }
}
