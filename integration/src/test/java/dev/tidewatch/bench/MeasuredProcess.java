package dev.tidewatch.bench;

import dev.tidewatch.embedded.EmbeddedStack;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process of its own, with its output in a file. */
final class MeasuredProcess implements AutoCloseable {

    /** What the packaged application does not contain. */
    private static final Pattern TEST_SCOPE = Pattern.compile(".*(test-classes|tidewatch-embedded|tidewatch-ui|/(embedded|ui)/target).*");
    private static final Pattern READY = Pattern.compile("\"message\":\"Tidewatch is ready\".*\"address\":\"([^\"]*)\"");
    private static final Path PEERS = Path.of("bench").toAbsolutePath();
    private static final Duration LONGEST_START = Duration.ofMinutes(3);

    private final Process process;
    private final Path output;

    private MeasuredProcess(List<String> command, Path output, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(output.getParent().toFile())
                // Appending, so that truncate() has an effect.
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.output = output;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Starts the application on the services of a stack, as its jar contains it, with default settings unless named. */
    static MeasuredProcess tidewatch(EmbeddedStack stack, Path output, Map<String, String> settings) {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !TEST_SCOPE.matcher(entry).matches()).collect(Collectors.joining(File.pathSeparator));
        Map<String, String> environment = new HashMap<>(services(stack));
        environment.putAll(settings);
        environment.putAll(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "TIDEWATCH_ROUTES", output.resolveSibling("routes").toString()));
        return new MeasuredProcess(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
                "dev.tidewatch.Tidewatch"), output, environment);
    }

    /** Starts a peer in {@code bench/}. */
    static MeasuredProcess peer(String name, EmbeddedStack stack, Path output, Map<String, String> settings) {
        if (!Files.exists(PEERS.resolve("node_modules"))) {
            printed("npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", PEERS.toString())
                    .orElseThrow(() -> new IllegalStateException("npm ci fails in " + PEERS));
        }
        Map<String, String> environment = new HashMap<>(services(stack));
        environment.putAll(settings);
        return new MeasuredProcess(List.of("node", PEERS.resolve(name).resolve("index.js").toString()), output, environment);
    }

    /** Fails if the process has ended. */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("The process has ended; see " + output);
        }
    }

    /** The version of Node; empty if it or npm is missing. */
    static Optional<String> nodeVersion() {
        return printed("npm", "--version").flatMap(npm -> printed("node", "--version"));
    }

    /** What a command prints; empty if it fails or does not exist. */
    static Optional<String> printed(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private static Map<String, String> services(EmbeddedStack stack) {
        return Map.of("TIDB_HOST", "127.0.0.1", "TIDB_PORT", String.valueOf(stack.database().port()),
                "TIDB_USER", stack.database().user(), "TIDB_PASSWORD", stack.database().password(), "TIDB_DATABASE", "tidewatch",
                "KAFKA_BROKERS", stack.broker().bootstrapServers());
    }

    /** Waits until the application is ready; the address of its API. */
    String address() throws IOException, InterruptedException {
        return await(READY).group(1);
    }

    /** Waits for a match in a line of the output. */
    MatchResult await(Pattern pattern) throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST_START.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try (Stream<String> lines = Files.lines(output)) {
                Optional<MatchResult> found = lines.map(pattern::matcher).filter(Matcher::find).map(Matcher::toMatchResult).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new IllegalStateException("The process has not printed %s; see %s".formatted(pattern, output));
    }

    /** Lines of the output that contain a text. */
    long count(String text) throws IOException {
        try (Stream<String> lines = Files.lines(output)) {
            return lines.filter(line -> line.contains(text)).count();
        }
    }

    void truncate() throws IOException {
        Files.newByteChannel(output, StandardOpenOption.WRITE).truncate(0).close();
    }

    /** Writes a line to stdin. */
    void send(String line) throws IOException {
        process.getOutputStream().write((line + '\n').getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Processor time of the process so far, of all its threads. */
    double processorSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
