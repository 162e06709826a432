package dev.tidewatch.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts an {@link EmbeddedStack} before the application and sets what a user would set in the environment: {@code TIDB_HOST},
 * {@code TIDB_PORT}, {@code TIDB_USER}, {@code TIDB_PASSWORD}, {@code TIDB_DATABASE} and {@code KAFKA_BROKERS}. Spring Boot loads it from
 * {@code META-INF/spring.factories}.
 *
 * <p>Properties: {@code tidewatch.embedded.enabled} (true), {@code tidewatch.embedded.directory} ({@code .embedded}),
 * {@code tidewatch.embedded.database.port} (4000), {@code tidewatch.embedded.broker.port} (9092),
 * {@code tidewatch.embedded.broker.settings.*} (properties of the broker).
 */
final class EmbeddedStackInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedStackInitializer.class);
    private static final int HTTP_PORT = 8080;
    private static final int MANAGEMENT_PORT = 9876;

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        // A child context, such as the management server's, uses its parent's stack.
        boolean enabled = environment.getProperty("tidewatch.embedded.enabled", Boolean.class, true);
        if (!enabled || context.getParent() != null) {
            return;
        }
        EmbeddedStack stack = EmbeddedStack.start(options(environment));
        environment.getPropertySources().addFirst(new MapPropertySource("embedded-stack", properties(environment, stack)));
        EmbeddedStackLifetime.bind(stack, context);
    }

    private static EmbeddedStack.Options options(ConfigurableEnvironment environment) {
        return new EmbeddedStack.Options(Path.of(environment.getProperty("tidewatch.embedded.directory", ".embedded")),
            environment.getProperty("tidewatch.embedded.database.port", Integer.class, 4000),
            environment.getProperty("tidewatch.embedded.broker.port", Integer.class, 9092),
            Binder.get(environment).bind("tidewatch.embedded.broker.settings", Bindable.mapOf(String.class, String.class))
                .orElse(Map.of()));
    }

    private static Map<String, Object> properties(ConfigurableEnvironment environment, EmbeddedStack stack) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("TIDB_HOST", "127.0.0.1");
        properties.put("TIDB_PORT", stack.database().port());
        properties.put("TIDB_USER", stack.database().user());
        properties.put("TIDB_PASSWORD", stack.database().password());
        properties.put("TIDB_DATABASE", "tidewatch");
        properties.put("KAFKA_BROKERS", stack.broker().bootstrapServers());
        properties.put("tidewatch.changefeed.name", stack.description());
        replaceBusyPort(environment, properties, HTTP_PORT, "PORT", "server.port");
        replaceBusyPort(environment, properties, MANAGEMENT_PORT, "MANAGEMENT_PORT", "management.server.port");
        return properties;
    }

    private static void replaceBusyPort(ConfigurableEnvironment environment, Map<String, Object> properties, int port, String setting,
                                        String property) {
        boolean chosen = environment.containsProperty(setting) || isSetByUser(environment, property);
        if (!chosen && !LocalPorts.isFree(port)) {
            int free = LocalPorts.freePort();
            log.info("Port {} is busy. Using port {} instead.", port, free);
            properties.put(setting, free);
        }
    }

    /** Ignores the application's own configuration files, which set the property too: {@code server.port: ${PORT:8080}}. */
    private static boolean isSetByUser(ConfigurableEnvironment environment, String property) {
        return environment.getPropertySources().stream()
            .filter(source -> !source.getName().contains("class path resource") && !source.getName().equals("configurationProperties"))
            .anyMatch(source -> source.containsProperty(property));
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }
}
