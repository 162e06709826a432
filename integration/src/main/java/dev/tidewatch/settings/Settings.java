package dev.tidewatch.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Checks settings before anything starts, and derives the properties that route files and libraries read. */
class Settings implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

    private static final int MOST_PORT = 65_535;
    /** Ten years. */
    private static final int MOST_HOURS = 87_600;
    private static final Pattern BOOLEAN = Pattern.compile("true|false");
    private static final Pattern USER = Pattern.compile("\\P{Cntrl}{1,32}");

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        // Files first: they may contain what the others read.
        put(environment, "setting files", SettingFiles.properties(environment));
        put(environment, "addresses", Addresses.properties(environment));
        checkLibrarySettings(environment);
        put(environment, "roles", Roles.properties(environment.getRequiredProperty("tidewatch.roles")));
        put(environment, "workers", Map.of("consumer.workers", String.valueOf(workers(environment))));
        put(environment, "database TLS", DatabaseTls.properties(
                environment.getRequiredProperty("tidewatch.database.ssl"), environment.getRequiredProperty("tidewatch.database.ssl-ca")));
        put(environment, "server TLS", ServerTls.properties(
                environment.getRequiredProperty("tidewatch.http.tls-certificate"),
                environment.getRequiredProperty("tidewatch.http.tls-key")));
        SettingBinder.bind(environment, KafkaSecurity.class);
        Production.check(environment);
    }

    /** The threads of a source, unless its route says otherwise. */
    private static int workers(ConfigurableEnvironment environment) {
        int workers = SettingBinder.number(environment, "tidewatch.consumer.workers", 0, 1000);
        int partitions = SettingBinder.number(environment, "tidewatch.topics.partitions", 1, 10_000);
        return workers > 0 ? workers : Math.min(Runtime.getRuntime().availableProcessors(), partitions);
    }

    /** Settings that no record of Tidewatch binds. */
    private static void checkLibrarySettings(ConfigurableEnvironment environment) {
        SettingBinder.number(environment, "server.port", 0, MOST_PORT);
        SettingBinder.number(environment, "management.server.port", -1, MOST_PORT);
        SettingBinder.number(environment, "spring.datasource.hikari.maximum-pool-size", 2, 10_000);
        SettingBinder.number(environment, "spring.flyway.placeholders.access-tokens-hours", 1, MOST_HOURS);
        SettingBinder.number(environment, "tidewatch.processed-events.hours", 1, MOST_HOURS);
        Limits.text(SettingBinder.variable("spring.flyway.placeholders.seed-user", environment),
                environment.getProperty("spring.flyway.placeholders.seed-user"), BOOLEAN, "true or false");
        Limits.text(SettingBinder.variable("spring.datasource.username", environment),
                environment.getProperty("spring.datasource.username"), USER, "a user name of 1 to 32 characters");
    }

    private static void put(ConfigurableEnvironment environment, String name, Map<String, String> properties) {
        environment.getPropertySources().addFirst(new MapPropertySource(name, new LinkedHashMap<>(properties)));
    }

    /** Early, so that an unusable setting aborts startup before anything runs; logging works already. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 10;
    }
}
