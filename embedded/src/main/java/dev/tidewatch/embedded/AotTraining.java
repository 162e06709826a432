package dev.tidewatch.embedded;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.LogManager;
import java.util.stream.IntStream;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * Runs the application with a stack of its own and gives it work, while its JVM records an AOT cache: logins, token checks, their events
 * and row changes, and a route file. {@code integration/train} calls it when the image is built.
 */
public final class AotTraining {

    private static final int CLIENTS = 4;
    private static final int CHECKS_PER_LOGIN = 100;
    private static final String ROUTE = """
        - route:
            id: training
            from:
              uri: kamelet:user-events-source
              steps:
                - setBody: {constant: "version %d"}
        """;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;
    private final String management;

    private AotTraining(String address, String management) {
        this.address = address;
        this.management = management;
    }

    /**
     * Starts the application, works, and ends it with SIGTERM.
     *
     * @param arguments how many times each client logs in; then the command that starts the application
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
        LogManager.getLogManager().reset();
        int logins = Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("training-");
        try (EmbeddedStack stack = EmbeddedStack.start(directory.resolve("stack"))) {
            run(List.of(arguments).subList(1, arguments.length), stack, Files.createDirectory(directory.resolve("routes")), logins);
        } finally {
            FileSystemUtils.deleteRecursively(directory);
        }
    }

    private static void run(List<String> command, EmbeddedStack stack, Path routes, int logins) throws IOException, InterruptedException {
        int management = LocalPorts.freePort();
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().putAll(Map.of(
            "TIDB_HOST", "127.0.0.1", "TIDB_PORT", String.valueOf(stack.database().port()),
            "TIDB_USER", stack.database().user(), "TIDB_PASSWORD", stack.database().password(),
            "KAFKA_BROKERS", stack.broker().bootstrapServers(), "TIDEWATCH_ROUTES", routes.toString(),
            "TIDEWATCH_LOGIN_BURST", "1000000", "PORT", "0", "MANAGEMENT_PORT", String.valueOf(management)));
        Process application = builder.start();
        try (BufferedReader lines = application.inputReader()) {
            AotTraining training = new AotTraining(awaitReady(lines), "http://localhost:" + management);
            // Otherwise the application would block as soon as the pipe is full.
            CompletableFuture<Void> rest = CompletableFuture.runAsync(() -> lines.lines().forEach(line -> { }));
            training.work(routes, logins);
            // Not destroy(): that closes the pipe before the application has ended.
            application.toHandle().destroy();
            rest.join();
            application.waitFor();
        } finally {
            application.destroyForcibly();
        }
    }

    private static String awaitReady(BufferedReader lines) throws IOException {
        ObjectMapper json = new ObjectMapper();
        StringBuilder output = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            // On a slow machine the line adds that Kafka is unreachable.
            if (line.contains("\"message\":\"Tidewatch is ready")) {
                return json.readTree(line).path("address").asText();
            }
            output.append(line).append('\n');
        }
        throw new IllegalStateException("The application ended before it was ready:\n" + output);
    }

    private void work(Path routes, int logins) throws IOException {
        Path route = routes.resolve("training.camel.yaml");
        Files.writeString(route, ROUTE.formatted(1));
        // Open until the application ends
        client.sendAsync(request("/api/events").header("Authorization", "Bearer " + login()).build(), BodyHandlers.discarding());
        for (int version = 2; version <= 3; version++) {
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            CompletableFuture.allOf(IntStream.range(0, CLIENTS)
                .mapToObj(each -> CompletableFuture.runAsync(() -> IntStream.range(0, logins / 2).forEach(time -> session()), clients))
                .toArray(CompletableFuture[]::new)).join();
            clients.shutdown();
            Files.writeString(route, ROUTE.formatted(version));
        }
    }

    private void session() {
        String[] authorization = {"Authorization", "Bearer " + login()};
        for (int check = 0; check < CHECKS_PER_LOGIN; check++) {
            expect(200, request("/api/profile").headers(authorization).build());
        }
        expect(401, post("/api/login", "{\"username\":\"nobody\",\"password\":\"wrong\"}").build());
        expect(400, post("/api/login", "{}").build());
        expect(401, request("/api/profile").build());
        expect(200, request("/health").build());
        expect(200, request("/api/routes").headers(authorization).build());
        expect(200, HttpRequest.newBuilder(URI.create(management + "/observe/metrics")).build());
        expect(204, post("/api/logout", "").headers(authorization).build());
    }

    private String login() {
        return expect(200, post("/api/login", "{\"username\":\"admin\",\"password\":\"admin123\"}").build()).path("token").asText();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path));
    }

    private HttpRequest.Builder post(String path, String body) {
        return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }

    private JsonNode expect(int status, HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() != status) {
                throw new IllegalStateException(request.method() + " " + request.uri().getPath() + " returned " + response.statusCode()
                    + " instead of " + status + ": " + response.body());
            }
            return json.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
