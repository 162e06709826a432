package dev.tidewatch.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The application in a process of its own, on free ports. */
public final class ApplicationProcess implements AutoCloseable {

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> stdout = new CopyOnWriteArrayList<>();
    private final List<String> stderr = new CopyOnWriteArrayList<>();
    private final Process process;
    private final Thread output;

    /** Starts it with its embedded stack, as {@code mvn spring-boot:test-run} does, with its state in the directory. */
    public static ApplicationProcess embedded(Path directory) {
        return embedded(directory, Map.of());
    }

    /** As {@link #embedded(Path)}, with additional variables in the environment. */
    public static ApplicationProcess embedded(Path directory, Map<String, String> environment) {
        List<String> arguments = new ArrayList<>();
        if (Runtime.version().feature() >= 23) {
            // As in integration/pom.xml: the embedded broker unmaps files.
            arguments.add("--sun-misc-unsafe-memory-access=allow");
            arguments.add("--enable-native-access=ALL-UNNAMED");
        }
        arguments.addAll(fromClassPath(
                "--tidewatch.embedded.directory=" + directory.resolve(".embedded"),
                "--tidewatch.embedded.database.port=0", "--tidewatch.embedded.broker.port=0"));
        return new ApplicationProcess(directory, arguments, environment);
    }

    /** Starts it with the UI, as {@code mvn spring-boot:test-run} does, but with its services in the environment. */
    public static ApplicationProcess withPage(Path directory, Map<String, String> environment) {
        return new ApplicationProcess(directory, fromClassPath("--tidewatch.embedded.enabled=false"), environment);
    }

    /** Starts the packaged jar in a directory, with its services in the environment. */
    public static ApplicationProcess packaged(Path jar, Path directory, Map<String, String> environment) {
        return new ApplicationProcess(directory, List.of("-jar", jar.toAbsolutePath().toString()), environment);
    }

    /** As {@link #packaged(Path, Path, Map)}, for many lines on stdout, which are passed on one by one and not kept. */
    public static ApplicationProcess packaged(Path jar, Path directory, Map<String, String> environment, Consumer<String> stdout) {
        return new ApplicationProcess(directory, List.of("-jar", jar.toAbsolutePath().toString()), environment, stdout);
    }

    private static List<String> fromClassPath(String... arguments) {
        List<String> command = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), "dev.tidewatch.Tidewatch"));
        command.addAll(List.of(arguments));
        return command;
    }

    private ApplicationProcess(Path directory, List<String> arguments, Map<String, String> environment) {
        this(directory, arguments, environment, null);
    }

    private ApplicationProcess(Path directory, List<String> arguments, Map<String, String> environment, Consumer<String> lines) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The process is too short-lived to profit from the second compiler.
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(arguments);
        ProcessBuilder java = new ProcessBuilder(command);
        java.environment().put("PORT", "0");
        java.environment().put("MANAGEMENT_PORT", "0");
        java.environment().putAll(environment);
        java.directory(directory.toFile());
        try {
            process = java.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        output = follow(process.inputReader(StandardCharsets.UTF_8), lines != null ? lines : stdout::add);
        follow(process.errorReader(StandardCharsets.UTF_8), stderr::add);
    }

    /** Every line on stdout so far. */
    public List<String> stdout() {
        return List.copyOf(stdout);
    }

    /** Every line on stderr so far. */
    public List<String> stderr() {
        return List.copyOf(stderr);
    }

    /** Waits for a matching line; fails if the process ends first. */
    public JsonNode await(Predicate<JsonNode> fits) {
        return Awaitility.await().pollInterval(Duration.ofMillis(20))
                .failFast(() -> assertThat(process.isAlive()).as("alive; its output: %s %s", stdout, stderr).isTrue())
                .until(() -> stdout.stream().map(this::read).filter(fits).findFirst().orElse(null), found -> found != null);
    }

    /** Waits until startup is aborted: exit code 1, one line at level ERROR, and no output past the logger. */
    public JsonNode awaitFailure() throws InterruptedException {
        process.waitFor();
        output.join();
        List<JsonNode> errors = stdout.stream().map(this::read).filter(line -> line.path("level").asText().equals("ERROR")).toList();
        if (process.exitValue() != 1 || errors.size() != 1 || !stderr.isEmpty()) {
            throw new AssertionError("Exit code " + process.exitValue() + ", " + stdout + stderr);
        }
        return errors.get(0);
    }

    /** The process and those that it started. */
    public List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    }

    /**
     * Waits until the process and those that it started have used less than a share of one core for ten seconds. The compiler of a JVM is
     * busy for a while after the start.
     *
     * @param percent the share
     */
    public void awaitIdle(double percent) {
        Duration window = Duration.ofSeconds(10);
        long[] usedBefore = {processorNanos()};
        long[] begin = {System.nanoTime()};
        Awaitility.await("less than " + percent + " % of a core").pollDelay(window).pollInterval(window).until(() -> {
            long used = processorNanos();
            long now = System.nanoTime();
            double share = 100.0 * (used - usedBefore[0]) / (now - begin[0]);
            usedBefore[0] = used;
            begin[0] = now;
            return share < percent;
        });
    }

    private long processorNanos() {
        return family().stream().flatMap(one -> one.info().totalCpuDuration().stream()).mapToLong(Duration::toNanos).sum();
    }

    /** Sends SIGINT to the process and to those that it started, as a terminal does on Ctrl-C, and waits until it has ended. */
    public void interrupt() throws IOException, InterruptedException {
        String[] kill = Stream.concat(
                Stream.of("kill", "-INT"), family().stream().map(handle -> String.valueOf(handle.pid()))).toArray(String[]::new);
        new ProcessBuilder(kill).start().waitFor();
        process.waitFor();
        output.join();
    }

    /** Sends a signal to the process: {@code STOP} or {@code CONT}. */
    public void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor()).as(name).isZero();
    }

    /** Sends SIGTERM, as a container engine does, and waits until the process has ended and all of its output is read. */
    public void terminate() throws InterruptedException {
        // Not process.destroy(): that closes the pipe, and its content would be lost.
        process.toHandle().destroy();
        process.waitFor();
        output.join();
    }

    /** Sends SIGKILL, as {@code kill -9} does, and waits until all of its output is read; the last line may be torn. */
    public void kill() throws InterruptedException {
        // Not process.destroyForcibly(): that closes the pipe, and its content would be lost.
        process.toHandle().destroyForcibly();
        process.waitFor();
        output.join();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private JsonNode read(String line) {
        try {
            return json.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("Not JSON on stdout: " + line, e);
        }
    }

    private static Thread follow(BufferedReader reader, Consumer<String> lines) {
        Thread follower = new Thread(() -> reader.lines().forEach(lines));
        follower.setDaemon(true);
        follower.start();
        return follower;
    }
}
