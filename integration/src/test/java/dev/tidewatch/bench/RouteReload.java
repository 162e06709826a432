package dev.tidewatch.bench;

import static dev.tidewatch.support.CapturedLog.where;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.CapturedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** How long a saved route file takes to run, among a hundred, and how long another route stands still meanwhile. */
final class RouteReload {

    private static final int FILES = 100;
    private static final int SAVES = 20;
    private static final Duration TICK = Duration.ofMillis(10);
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

    private final Path folder;
    private final CapturedLog log;

    RouteReload(Path folder, CapturedLog log) {
        this.folder = folder;
        this.log = log;
    }

    List<String> measure() throws IOException {
        Files.createDirectories(folder);
        Instant begin = Instant.now();
        for (int i = 0; i < FILES; i++) {
            save("many-" + name(i), 3_600_000, "one of many");
        }
        save("ticker", TICK.toMillis(), "tick");
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> log.lines(where("message", "Route file is loaded")).size() == FILES + 1);
        double all = Duration.between(begin, Instant.now()).toMillis();

        Instant quiet = Instant.now();
        LockSupport.parkNanos(Duration.ofSeconds(20).toNanos());
        double idleGap = longestGap(quiet, Instant.now());

        Instant busy = Instant.now();
        double[] millis = IntStream.range(0, SAVES).mapToDouble(this::savedToLoaded).sorted().toArray();
        double busyGap = longestGap(busy, Instant.now());
        for (Path file : Files.list(folder).toList()) {
            Files.delete(file);
        }
        return List.of(
                "%d files saved at once: all run after %.0f ms".formatted(FILES, all),
                "one of %d files saved: runs after p50 %.0f ms, max %.0f ms; max is %.2f of the limit of %.0f ms".formatted(
                        FILES, millis[SAVES / 2], millis[SAVES - 1], millis[SAVES - 1] / LIMIT_MILLIS, LIMIT_MILLIS),
                "a route that ticks every %d ms: longest gap %.0f ms while files are saved, %.0f ms while none is; ratio %.2f".formatted(
                        TICK.toMillis(), busyGap, idleGap, busyGap / idleGap));
    }

    private double savedToLoaded(int i) {
        String name = "many-" + name(i % FILES);
        Predicate<JsonNode> loaded = where("message", "Route file is loaded anew").and(where("file", name + ".camel.yaml"));
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
        long[] ticks = log.lines(where("message", "tick")).stream().map(line -> Instant.parse(line.path("timestamp").asText()))
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
