package dev.tidewatch.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.embedded.LocalPorts;
import dev.tidewatch.support.ApplicationProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ObjIntConsumer;

/** Runs of the packaged application, each ended by {@code kill -9} or SIGTERM. The lines of each run are also written to a file. */
final class Application implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final Path jar;
    private final Path directory;
    private final Map<String, String> environment;
    private final ObjIntConsumer<JsonNode> lines;
    private final List<String> unreadable = new CopyOnWriteArrayList<>();
    private final int port = LocalPorts.freePort();
    private ApplicationProcess process;
    private volatile Life life;

    /**
     * Prepares an application; {@link #start()} starts it.
     *
     * @param directory where the files go
     * @param environment the addresses of its services
     * @param lines receives each line with the number of the run that wrote it
     */
    Application(Path jar, Path directory, Map<String, String> environment, ObjIntConsumer<JsonNode> lines) {
        this.jar = jar;
        this.directory = directory;
        this.environment = new HashMap<>(environment);
        this.environment.put("PORT", String.valueOf(port));
        // All load comes from one address.
        this.environment.put("TIDEWATCH_LOGIN_BURST", "1000000");
        this.environment.put("TIDEWATCH_LOGIN_QUEUE", "1000");
        this.lines = lines;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    String address() {
        return "http://localhost:" + port;
    }

    synchronized void start() {
        life = new Life(life == null ? 1 : life.number + 1);
        process = ApplicationProcess.packaged(jar, directory, environment, life::line);
    }

    synchronized void kill() {
        checkAlive();
        try {
            process.kill();
            life.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** Stops it with SIGTERM, as a container engine does. */
    synchronized void stop() {
        checkAlive();
        try {
            process.terminate();
            life.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** Suspends it with SIGSTOP. */
    synchronized void suspend() throws IOException, InterruptedException {
        checkAlive();
        process.signal("STOP");
    }

    /** Resumes it with SIGCONT. */
    synchronized void resume() throws IOException, InterruptedException {
        process.signal("CONT");
    }

    /** The messages at level WARN of the current run. */
    List<String> warnings() {
        return List.copyOf(life.warnings);
    }

    /** Lines that are not JSON, except those torn by a kill. */
    List<String> unreadable() {
        return List.copyOf(unreadable);
    }

    /** Whether it is healthy and reports database and broker as reachable. */
    synchronized boolean isWell() throws InterruptedException {
        checkAlive();
        try {
            HttpRequest health = HttpRequest.newBuilder(URI.create(address() + "/health")).timeout(PATIENCE).build();
            HttpResponse<String> answer = http.send(health, BodyHandlers.ofString());
            return answer.statusCode() == 200 && json.readTree(answer.body()).path("kafka").asBoolean();
        } catch (IOException away) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }

    private void checkAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("Life " + life.number + " of the application ended by itself; its lines are in " + directory);
        }
    }

    /** The lines of one run. Only the last may be torn, by a kill. */
    private final class Life {

        private final int number;
        private final PrintWriter file;
        private final List<String> warnings = new CopyOnWriteArrayList<>();
        private String torn;

        private Life(int number) {
            this.number = number;
            try {
                file = new PrintWriter(directory.resolve("life-" + number + ".jsonl").toFile(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void line(String text) {
            if (torn != null) {
                unreadable.add(torn);
                torn = null;
            }
            file.println(text);
            try {
                JsonNode line = json.readTree(text);
                if (line.path("level").asText().equals("WARN")) {
                    warnings.add(line.path("message").asText());
                }
                lines.accept(line, number);
            } catch (JsonProcessingException e) {
                torn = text;
            }
        }

        private void end() {
            file.close();
        }
    }
}
