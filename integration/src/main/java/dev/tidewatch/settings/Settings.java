package dev.tidewatch.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Turns what a user sets into what route files and libraries read. Spring Boot finds it through {@code META-INF/spring.factories}. */
class Settings implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        // The files come first: what the others read may stand in one.
        put(environment, "setting files", SettingFiles.properties(environment));
        put(environment, "roles", Roles.properties(environment.getRequiredProperty("tidewatch.roles")));
        put(environment, "database TLS", DatabaseTls.properties(
                environment.getRequiredProperty("tidewatch.database.ssl"), environment.getRequiredProperty("tidewatch.database.ssl-ca")));
        put(environment, "server TLS", ServerTls.properties(
                environment.getRequiredProperty("tidewatch.http.tls-certificate"), environment.getRequiredProperty("tidewatch.http.tls-key")));
        SettingBinder.bind(environment, KafkaSecurity.class);
        Production.check(environment);
    }

    private static void put(ConfigurableEnvironment environment, String name, Map<String, String> properties) {
        environment.getPropertySources().addFirst(new MapPropertySource(name, new LinkedHashMap<>(properties)));
    }

    /** Early, so that nothing has started yet when a setting is refused; the log writes already. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 10;
    }
}
