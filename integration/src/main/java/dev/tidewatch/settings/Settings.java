package dev.tidewatch.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Checks settings before anything starts, and derives the properties that route files and libraries read. */
class Settings implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        // Files first: they may contain what the others read.
        put(environment, "setting files", SettingFiles.properties(environment));
        put(environment, "roles", Roles.properties(environment.getRequiredProperty("tidewatch.roles")));
        put(environment, "database TLS", DatabaseTls.properties(
                environment.getRequiredProperty("tidewatch.database.ssl"), environment.getRequiredProperty("tidewatch.database.ssl-ca")));
        put(environment, "server TLS", ServerTls.properties(
                environment.getRequiredProperty("tidewatch.http.tls-certificate"),
                environment.getRequiredProperty("tidewatch.http.tls-key")));
        SettingBinder.bind(environment, KafkaSecurity.class);
        Production.check(environment);
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
