package dev.tidewatch.support;

import dev.tidewatch.embedded.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.FileSystemUtils;

/**
 * Starts the services of a test's application: the embedded stack on free ports, in a directory that is deleted afterwards; or an
 * embedded broker and the database that {@link TestDatabase} names, without a changefeed.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public class TestStack implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Path directory = newDirectory();
        Map<String, Object> settings = new HashMap<>();
        settings.put("tidewatch.embedded.directory", directory.toString());
        settings.put("tidewatch.embedded.database.port", 0);
        settings.put("tidewatch.embedded.broker.port", 0);
        settings.put("tidewatch.routes.folder", directory.resolve("routes").toString());
        // Other tests log in without limits; LoginGuardIT sets its own.
        settings.put("TIDEWATCH_LOGIN_FAILURES", 1_000_000);
        settings.put("TIDEWATCH_LOGIN_BURST", 1_000_000);
        settings.put("TIDEWATCH_LOGIN_QUEUE", 1000);
        // Short, because LiveEventsIT waits for them.
        settings.put("tidewatch.live.heartbeat-every", "500ms");
        settings.put("tidewatch.live.check-every", "500ms");
        settings.put("tidewatch.live.clients", 200);
        settings.put("server.tomcat.connection-timeout", "3s");
        Runnable end = TestDatabase.named().<Runnable>map(database -> {
            EmbeddedBroker broker = EmbeddedBroker.start(directory, 0, null, Binder.get(context.getEnvironment())
                .bind("tidewatch.embedded.broker.settings", Bindable.mapOf(String.class, String.class)).orElse(Map.of()));
            context.getBeanFactory().registerSingleton("testBroker", broker);
            settings.put("tidewatch.embedded.enabled", false);
            settings.put("KAFKA_BROKERS", broker.bootstrapServers());
            settings.put("TIDB_HOST", database.host());
            settings.put("TIDB_PORT", database.port());
            settings.put("TIDB_USER", "root");
            settings.put("TIDB_PASSWORD", "");
            settings.put("TIDB_DATABASE", "test_" + Long.toString(System.nanoTime(), 36));
            return broker::close;
        }).orElse(() -> { });
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test stack", settings));
        // After the applications have ended. A stack occupies half a gigabyte.
        SpringApplication.getShutdownHandlers().add(() -> {
            end.run();
            FileSystemUtils.deleteRecursively(directory.toFile());
        });
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "stack-").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
