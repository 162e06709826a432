package dev.tidewatch.browser;

import static dev.tidewatch.support.CapturedLog.where;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidewatch.Times;
import dev.tidewatch.embedded.EmbeddedStack;
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
 * The application in a process of its own, with its page, and what it needs in this one. What a browser test cannot do by the page or the
 * API, it has done here: by a POST to an address of its own, answered when it is done.
 */
final class Stage implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Stage.class);
    private static final int DONE = 204;
    private static final int FAILED = 500;

    private final Path directory;
    private final EmbeddedStack stack;
    private final int port = ApplicationProcess.freePort();
    private final HttpServer hands;
    private ApplicationProcess application;

    private interface Deed {
        void with(String text) throws Exception;
    }

    private Stage(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory).toAbsolutePath();
        Files.createDirectories(routes());
        stack = EmbeddedStack.start(this.directory.resolve("stack"));
        hands = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        on("/kill", nothing -> application.kill());
        on("/start", nothing -> start());
        on("/user", this::addUser);
        on("/user-event", this::sendUserEvent);
        on("/unreadable-event", this::send);
    }

    /** Starts everything; files go into the directory. */
    static Stage set(Path directory) throws IOException {
        Stage stage = new Stage(directory);
        try {
            stage.start();
            stage.hands.start();
            return stage;
        } catch (RuntimeException | Error e) {
            stage.close();
            throw e;
        }
    }

    /** Where the tests find everything. */
    Map<String, String> environment() {
        return Map.of(
                "TIDEWATCH_URL", "http://localhost:" + port,
                "TIDEWATCH_ROUTES", routes().toString(),
                "TIDEWATCH_STAGE", "http://127.0.0.1:" + hands.getAddress().getPort());
    }

    private Path routes() {
        return directory.resolve("routes");
    }

    private void start() {
        application = ApplicationProcess.withPage(directory, Map.ofEntries(
                Map.entry("PORT", String.valueOf(port)),
                Map.entry("TIDB_HOST", "127.0.0.1"),
                Map.entry("TIDB_PORT", String.valueOf(stack.database().port())),
                Map.entry("TIDB_USER", stack.database().user()),
                Map.entry("TIDB_PASSWORD", stack.database().password()),
                Map.entry("KAFKA_BROKERS", stack.broker().bootstrapServers()),
                Map.entry("TIDEWATCH_ROUTES", routes().toString()),
                // Each browser has an address of its own; the tests run into the limits of one.
                Map.entry("TIDEWATCH_TRUSTED_PROXIES", "127.0.0.1,::1"),
                Map.entry("TIDEWATCH_LOGIN_BURST", "6"),
                Map.entry("TIDEWATCH_LOGIN_INTERVAL", "6s"),
                Map.entry("TIDEWATCH_LOGIN_FAILURES", "3")));
        application.await(where("message", "Tidewatch is ready"));
    }

    /** Past the application, as an administrator does: also while it is away. The password is the seeded user's. */
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

    /** As another instance does: also while the application is away. */
    private void sendUserEvent(String username) {
        send("""
                {"eventId":"%s","timestamp":"%s","action":"LOGIN_FAILURE","userId":null,"username":"%s",\
                "ipAddress":"127.0.0.1","userAgent":null,"reason":"bad_credentials"}"""
                .formatted(UUID.randomUUID(), Times.MILLISECONDS.format(Instant.now()), username));
    }

    private void send(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        try (Topic topic = new Topic(stack.broker().bootstrapServers(), "user-events")) {
            topic.send(bytes, bytes);
        }
    }

    private void on(String path, Deed deed) {
        hands.createContext(path, exchange -> answer(exchange, deed));
    }

    private static void answer(HttpExchange exchange, Deed deed) throws IOException {
        try (exchange) {
            int status = DONE;
            try {
                deed.with(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            } catch (Exception | AssertionError e) {
                log.error("{} failed", exchange.getRequestURI(), e);
                status = FAILED;
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    @Override
    public void close() {
        hands.stop(0);
        try (EmbeddedStack first = stack; ApplicationProcess second = application) {
            log.debug("Closing {} and {}", second, first);
        }
    }
}
