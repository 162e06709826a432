package dev.tidewatch.bench;

import ch.qos.logback.classic.Level;
import dev.tidewatch.Tidewatch;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.login.Passwords;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.TestStack;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * Prints the figures of docs/operate/benchmarks.md: {@code mvn spring-boot:test-run
 * -Dspring-boot.run.main-class=dev.tidewatch.bench.Benchmark}. It runs the application with its embedded stack, on free ports and in a
 * directory of its own: for {@code consumers} and {@code profile} also in a process of its own, next to a peer of {@code bench/}. Only
 * figures go to stdout; log lines go to {@code target/bench/}.
 */
public final class Benchmark {

    private static final Set<String> IN_THIS_PROCESS =
            Set.of("consumers", "changes", "logins", "timing", "flood", "routes", "stream", "records");
    /** They take minutes, the last half an hour: only when named. */
    private static final Set<String> LONG = Set.of("outbox", "growth", "soak");
    private static final Path DIRECTORY = Path.of("target", "bench").toAbsolutePath();

    private final PrintStream terminal;
    private final List<Ratio> ratios = new ArrayList<>();

    /**
     * How much work the comparisons with peers do.
     *
     * @param records of a run of the consumers
     * @param recordsOfThread of a run of one thread
     * @param rounds of warm runs
     */
    private record Size(int records, int recordsOfThread, int rounds, ProfilePeers.Durations requests) {

        static final Size FULL = new Size(600_000, 300_000, 3, new ProfilePeers.Durations(10, 50, 10, 3));
        static final Size SMOKE = new Size(60_000, 0, 1, new ProfilePeers.Durations(5, 5, 5, 1));
    }

    private Benchmark(PrintStream terminal) {
        this.terminal = terminal;
    }

    /**
     * Prints all figures, or the named ones: {@code consumers}, {@code profile}, {@code changes}, {@code logins}, {@code timing},
     * {@code flood}, {@code routes}, {@code stream}, {@code records}. Only when named: {@code outbox} (with the system property
     * {@code tidewatch.bench.outbox}, the number of events), {@code growth}, and {@code soak} ({@code tidewatch.bench.soak}, by default
     * PT30M). {@code smoke} compares with the peers for a minute only, and fails if
     * a ratio is less than a tenth of its goal.
     */
    public static void main(String[] arguments) throws Exception {
        FileSystemUtils.deleteRecursively(DIRECTORY);
        Files.createDirectories(DIRECTORY);
        Benchmark benchmark = new Benchmark(System.out);
        System.setOut(new PrintStream(Files.newOutputStream(DIRECTORY.resolve("benchmark.log")), true, StandardCharsets.UTF_8) {
            // A subclass, because the application writes lines past a plain PrintStream, to the stdout of the process.
        });
        // Until Spring Boot configures them, Logback and java.util.logging log everything.
        LogManager.getLogManager().reset();
        ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        benchmark.print(machine());
        Set<String> wanted = new HashSet<>(List.of(arguments));
        if (wanted.isEmpty()) {
            wanted.addAll(IN_THIS_PROCESS);
            wanted.add("profile");
        }
        boolean smoke = wanted.remove("smoke");
        if (smoke) {
            wanted.addAll(List.of("consumers", "profile"));
        }
        Size size = smoke ? Size.SMOKE : Size.FULL;
        benchmark.compareWithPeers(wanted, size);
        if (!smoke && !(Collections.disjoint(wanted, IN_THIS_PROCESS) && Collections.disjoint(wanted, LONG))) {
            benchmark.measureHere(wanted, size);
        }
        List<Ratio> collapsed = benchmark.ratios.stream().filter(ratio -> ratio.value() < ratio.goal() / 10).toList();
        if (smoke && !collapsed.isEmpty()) {
            benchmark.print("Less than a tenth of the goal: " + collapsed);
            System.exit(1);
        }
    }

    private void compareWithPeers(Set<String> wanted, Size size) throws Exception {
        if (Collections.disjoint(wanted, Set.of("consumers", "profile"))) {
            return;
        }
        if (MeasuredProcess.nodeVersion().isEmpty()) {
            print("The comparisons with kafkajs and Express are skipped: node or npm is not installed.");
            return;
        }
        try (EmbeddedStack stack = EmbeddedStack.start(DIRECTORY.resolve("stack"))) {
            if (wanted.contains("profile")) {
                printAll(new ProfilePeers(stack, DIRECTORY, size.requests()).measure());
            }
            if (wanted.contains("consumers")) {
                printAll(new ConsumerPeers(stack, DIRECTORY, size.records(), size.rounds()).measure());
            }
        }
    }

    private void measureHere(Set<String> wanted, Size size) throws Exception {
        SpringApplicationBuilder application = new SpringApplicationBuilder(Tidewatch.class)
                .initializers(new TestStack(), context -> TestPropertyValues
                        // The defaults; TestStack sets others.
                        .of("tidewatch.live.clients=500", "tidewatch.live.heartbeat-every=15s", "tidewatch.live.check-every=5s")
                                .applyTo(context));
        try (ConfigurableApplicationContext context = application.run("--server.port=0", "--management.server.port=0",
                // The default; TestStack sets a longer one.
                "--tidewatch.login.queue=16")) {
            String address = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
            if (wanted.contains("consumers")) {
                // First, because captured lines stay in memory.
                printAll(new ConsumerThroughput(context, size.recordsOfThread(), size.rounds()).measure());
            }
            if (wanted.contains("changes")) {
                CapturedLog lines = CapturedLog.open();
                print(new ChangeLatency(context.getBean(JdbcTemplate.class), lines).measure());
                lines.close();
            }
            if (wanted.contains("records")) {
                CapturedLog lines = CapturedLog.open();
                printAll(new RecordLatency(context.getBean(CamelContext.class),
                        context.getEnvironment().getRequiredProperty("camel.component.kafka.brokers"), lines).measure());
                lines.close();
            }
            if (wanted.contains("outbox")) {
                printAll(new OutboxDrain(context, Integer.getInteger("tidewatch.bench.outbox", 1_000_000)).measure());
            }
            if (wanted.contains("logins")) {
                print(new LoginThroughput(new Api(address), context.getBean(Passwords.class)).measure());
            }
            if (wanted.contains("timing")) {
                printAll(new LoginTiming(new Api(address), context.getBean(JdbcTemplate.class)).measure());
            }
            if (wanted.contains("flood")) {
                printAll(new LoginFlood(address, context.getBean(Passwords.class)).measure());
            }
            if (wanted.contains("routes")) {
                CapturedLog lines = CapturedLog.open();
                printAll(new RouteReload(Path.of(context.getEnvironment().getRequiredProperty("tidewatch.routes.folder")), lines,
                        context.getEnvironment().getRequiredProperty("camel.component.kafka.brokers")).measure());
                lines.close();
            }
            if (wanted.contains("stream")) {
                print(new StreamLatency(address, context.getEnvironment().getRequiredProperty("camel.component.kafka.brokers"))
                        .measure());
            }
            if (wanted.contains("growth")) {
                printAll(new Growth(context, this::print).measure());
            }
            if (wanted.contains("soak")) {
                printAll(new Soak(context, address, Duration.parse(System.getProperty("tidewatch.bench.soak", "PT30M")), this::print)
                        .measure());
            }
        }
    }

    private void printAll(Collection<?> figures) {
        for (Object figure : figures) {
            print(figure.toString());
            if (figure instanceof Ratio ratio) {
                ratios.add(ratio);
            }
        }
    }

    private void print(String line) {
        terminal.println(line);
    }

    /** What the figures depend on. */
    private static String machine() throws IOException {
        Path processors = Path.of("/proc/cpuinfo");
        Optional<String> model = Optional.empty();
        if (Files.isReadable(processors)) {
            try (Stream<String> lines = Files.lines(processors)) {
                model = lines.filter(line -> line.startsWith("model name")).map(line -> line.replaceFirst(".*: ", "")).findFirst();
            }
        }
        return "%d cores (%s), %s %s, Java %s, Node %s, commit %s".formatted(Runtime.getRuntime().availableProcessors(),
                model.orElse(System.getProperty("os.arch")), System.getProperty("os.name"), System.getProperty("os.version"),
                Runtime.version(), MeasuredProcess.nodeVersion().orElse("none"),
                MeasuredProcess.printed("git", "describe", "--always", "--dirty", "--exclude=*").orElse("unknown"));
    }
}
