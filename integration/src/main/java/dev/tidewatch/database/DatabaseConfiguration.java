package dev.tidewatch.database;

import dev.tidewatch.login.SeededUser;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Flyway makes the first connection, and waits for the database. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    @Bean
    FlywayConfigurationCustomizer waitsOnlyForADatabaseThatIsAway(
            @Value("${tidewatch.database.address}") String address, @Value("${tidewatch.database.ssl}") String ssl) {
        return flyway -> flyway.dataSource(new FirstConnection(flyway.getDataSource(), address, ssl));
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
