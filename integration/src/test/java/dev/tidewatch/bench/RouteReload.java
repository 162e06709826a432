package dev.tidewatch.bench;

import static dev.tidewatch.support.CapturedLog.where;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.CapturedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** How long a saved route file takes to run, among a hundred; how long it delays log-user-events; and what a source costs. */
final class RouteReload {

    private static final int FILES = 100;
    private static final int SAVES = 20;
    private static final Duration BETWEEN_RECORDS = Duration.ofMillis(10);
    private static final double LIMIT_MILLIS = 2000;
    private static final String ROUTE = """
            - route:
                id: %s
                from:
                  uri: timer:%s
                  parameters: {period: "%d", includeMetadata: false}
                  steps:
                    - log: {message: "%s"}
            """;

    /** A route that reads user events; formatted with its id and a text that changes the file. */
    static final String SOURCE = """
            - route:
                id: %s
                from:
                  uri: kamelet:user-events-source
                  parameters: {startFrom: latest}
                  steps:
                    - log: {loggingLevel: DEBUG, message: "%s"}
            """;

    private final Path folder;
    private final CapturedLog log;
    private final String brokers;

    RouteReload(Path folder, CapturedLog log, String brokers) {
        this.folder = folder;
        this.log = log;
        this.brokers = brokers;
    }

    List<String> measure() throws IOException {
        Files.createDirectories(folder);
        Instant begin = Instant.now();
        for (int i = 0; i < FILES; i++) {
            save("many-" + name(i), 3_600_000, "one of many");
        }
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> log.lines(where("message", "Route file is loaded")).size() == FILES);
        double all = Duration.between(begin, Instant.now()).toMillis();

        double idleGap;
        double busyGap;
        double[] millis;
        try (Events events = new Events(brokers)) {
            Instant quiet = Instant.now();
            LockSupport.parkNanos(Duration.ofSeconds(20).toNanos());
            idleGap = longestGap(quiet, Instant.now());

            Instant busy = Instant.now();
            millis = IntStream.range(0, SAVES).mapToDouble(this::savedToLoaded).sorted().toArray();
            busyGap = longestGap(busy, Instant.now());
        }
        empty();
        List<String> figures = new ArrayList<>(List.of(
                "%d files saved at once: all run after %.0f ms".formatted(FILES, all),
                "one of %d files saved: runs after p50 %.0f ms, max %.0f ms; max is %.2f of the limit of %.0f ms".formatted(
                        FILES, millis[SAVES / 2], millis[SAVES - 1], millis[SAVES - 1] / LIMIT_MILLIS, LIMIT_MILLIS),
                ("log-user-events, a record every %d ms: longest gap %.0f ms while files are saved, %.0f ms while none is;"
                        + " ratio %.2f").formatted(
                        BETWEEN_RECORDS.toMillis(), busyGap, idleGap, busyGap / idleGap)));
        figures.add(sources());
        return figures;
    }

    /** The cost of each route with a source. */
    private String sources() throws IOException {
        int threads = threads();
        double memory = Usage.heapMegabytes();
        int before = log.lines(where("message", "Route file is loaded")).size();
        Instant begin = Instant.now();
        for (int i = 0; i < FILES; i++) {
            Files.writeString(folder.resolve("source-" + name(i) + ".camel.yaml"), SOURCE.formatted("source-" + name(i), "an event"));
        }
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> log.lines(where("message", "Route file is loaded"))
                .size() == before + FILES);
        double all = Duration.between(begin, Instant.now()).toMillis();
        LockSupport.parkNanos(Duration.ofSeconds(20).toNanos());
        String figure = ("%d files with user-events-source saved at once: all run after %.0f ms;"
                + " each costs %.1f threads, %.2f MB of heap").formatted(
                FILES, all, (double) (threads() - threads) / FILES, (Usage.heapMegabytes() - memory) / FILES);
        Instant deleted = Instant.now();
        empty();
        return figure + "; all removed after %.0f ms".formatted((double) Duration.between(deleted, Instant.now()).toMillis());
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private void empty() throws IOException {
        int removed = log.lines(where("message", "Route file is removed")).size();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Awaitility.await().atMost(Duration.ofMinutes(3))
                .until(() -> log.lines(where("message", "Route file is removed")).size() == removed + files.size());
    }

    /** Writes a user event every ten milliseconds. */
    private static final class Events implements AutoCloseable {

        private final KafkaProducer<String, String> producer;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

        Events(String brokers) {
            producer = new KafkaProducer<>(Map.of("bootstrap.servers", brokers), new StringSerializer(), new StringSerializer());
            clock.scheduleAtFixedRate(() -> producer.send(new ProducerRecord<>("user-events", "1", """
                    {"eventId":"%s","timestamp":"2026-01-01T10:30:00.123Z","action":"LOGOUT","userId":1,"username":"reload",\
                    "ipAddress":"127.0.0.1","userAgent":null,"reason":null}""".formatted(UUID.randomUUID()))),
                    0, BETWEEN_RECORDS.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            clock.shutdownNow();
            producer.close();
        }
    }

    private double savedToLoaded(int i) {
        String name = "many-" + name(i % FILES);
        Predicate<JsonNode> loaded = where("message", "Route file is reloaded").and(where("file", name + ".camel.yaml"));
        var line = log.next(loaded);
        try {
            save(name, 3_600_000 + i + 1, "another one of many");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long saved = System.nanoTime();
        return (line.orTimeout(20, TimeUnit.SECONDS).join() - saved) / 1e6;
    }

    private double longestGap(Instant from, Instant to) {
        long[] ticks = log.lines(where("routeId", "log-user-events").and(where("username", "reload"))).stream()
                .map(line -> Instant.parse(line.path("timestamp").asText()))
                .filter(time -> !time.isBefore(from) && !time.isAfter(to)).mapToLong(Instant::toEpochMilli).sorted().toArray();
        return IntStream.range(1, ticks.length).mapToLong(i -> ticks[i] - ticks[i - 1]).max().orElse(0);
    }

    private void save(String id, long period, String words) throws IOException {
        Files.writeString(folder.resolve(id + ".camel.yaml"), ROUTE.formatted(id, id, period, words));
    }

    private static String name(int i) {
        return "" + (char) ('a' + i / 10) + (char) ('a' + i % 10);
    }
}
