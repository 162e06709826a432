package dev.tidewatch.browser;

import static dev.tidewatch.support.CapturedLog.where;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidewatch.Times;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.embedded.LocalPorts;
import dev.tidewatch.support.ApplicationProcess;
import dev.tidewatch.support.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the application with its UI in a separate process, and its database and broker in this one. A control server does for the browser
 * tests what neither the UI nor the API can do: it answers each POST when the action is complete.
 */
final class Harness implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Harness.class);
    private static final int DONE = 204;
    private static final int FAILED = 500;

    private final Path directory;
    private final EmbeddedStack stack;
    private final int port = LocalPorts.freePort();
    private final HttpServer control;
    private ApplicationProcess application;

    private interface Action {
        void run(String body) throws Exception;
    }

    private Harness(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory).toAbsolutePath();
        Files.createDirectories(routes());
        stack = EmbeddedStack.start(this.directory.resolve("stack"));
        control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        on("/kill", body -> application.kill());
        on("/start", body -> startApplication());
        on("/user", this::addUser);
        on("/user-event", this::sendUserEvent);
        on("/unreadable-event", this::send);
    }

    /** Starts everything and writes all files to the directory. */
    static Harness start(Path directory) throws IOException {
        Harness harness = new Harness(directory);
        try {
            harness.startApplication();
            harness.control.start();
            return harness;
        } catch (RuntimeException | Error e) {
            harness.close();
            throw e;
        }
    }

    /** The environment variables that the browser tests read. */
    Map<String, String> environment() {
        return Map.of(
                "TIDEWATCH_URL", "http://localhost:" + port,
                "TIDEWATCH_ROUTES", routes().toString(),
                "TIDEWATCH_HARNESS", "http://127.0.0.1:" + control.getAddress().getPort());
    }

    private Path routes() {
        return directory.resolve("routes");
    }

    private void startApplication() {
        application = ApplicationProcess.withPage(directory, Map.ofEntries(
                Map.entry("PORT", String.valueOf(port)),
                Map.entry("TIDB_HOST", "127.0.0.1"),
                Map.entry("TIDB_PORT", String.valueOf(stack.database().port())),
                Map.entry("TIDB_USER", stack.database().user()),
                Map.entry("TIDB_PASSWORD", stack.database().password()),
                Map.entry("KAFKA_BROKERS", stack.broker().bootstrapServers()),
                Map.entry("TIDEWATCH_ROUTES", routes().toString()),
                // The tests give each browser its own address, and exceed the limits of one.
                Map.entry("TIDEWATCH_TRUSTED_PROXIES", "127.0.0.1,::1"),
                Map.entry("TIDEWATCH_LOGIN_BURST", "6"),
                Map.entry("TIDEWATCH_LOGIN_INTERVAL", "6s"),
                Map.entry("TIDEWATCH_LOGIN_FAILURES", "3")));
        application.await(where("message", "Tidewatch is ready"));
    }

    /** Writes to the database, so that it works while the application is down. The password is that of the seeded user. */
    private void addUser(String username) throws Exception {
        try (Connection connection = DriverManager.getConnection(stack.database().jdbcUrl("tidewatch"), stack.database().user(),
                    stack.database().password());
                PreparedStatement insert = connection.prepareStatement("INSERT INTO users (username, email, password_hash) "
                        + "SELECT ?, ?, password_hash FROM users WHERE username = 'admin'")) {
            insert.setString(1, username);
            insert.setString(2, UUID.randomUUID() + "@localhost");
            insert.executeUpdate();
        }
    }

    /** Acts as another instance, so that it works while the application is down. */
    private void sendUserEvent(String username) {
        send("""
                {"eventId":"%s","timestamp":"%s","action":"LOGIN_FAILURE","userId":null,"username":"%s",\
                "ipAddress":"127.0.0.1","userAgent":null,"reason":"bad_credentials"}"""
                .formatted(UUID.randomUUID(), Times.text(Instant.now()), username));
    }

    private void send(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        try (Topic topic = new Topic(stack.broker().bootstrapServers(), "user-events")) {
            topic.send(bytes, bytes);
        }
    }

    private void on(String path, Action action) {
        control.createContext(path, exchange -> handle(exchange, action));
    }

    private static void handle(HttpExchange exchange, Action action) throws IOException {
        try (exchange) {
            int status = DONE;
            try {
                action.run(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            } catch (Exception | AssertionError e) {
                log.error("{} failed", exchange.getRequestURI(), e);
                status = FAILED;
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    @Override
    public void close() {
        control.stop(0);
        try (EmbeddedStack first = stack; ApplicationProcess second = application) {
            log.debug("Closing {} and {}", second, first);
        }
    }
}
