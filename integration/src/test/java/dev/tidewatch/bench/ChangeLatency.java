package dev.tidewatch.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.CapturedLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;

/** The time from the return of an UPDATE (its commit) to the line of its change. */
final class ChangeLatency {

    private static final int WARM_UP = 50;
    private static final int UPDATES = 200;
    private static final double LIMIT_MILLIS = 50;

    private final JdbcTemplate database;
    private final CapturedLog log;

    ChangeLatency(JdbcTemplate database, CapturedLog log) {
        this.database = database;
        this.log = log;
    }

    String measure() {
        IntStream.range(0, WARM_UP).forEach(this::millis);
        double[] millis = IntStream.range(WARM_UP, WARM_UP + UPDATES).mapToDouble(this::millis).sorted().toArray();
        double p50 = millis[UPDATES / 2];
        double p99 = millis[UPDATES * 99 / 100];
        return ("commit to change line, embedded, %d single updates: p50 %.1f ms, p99 %.1f ms, max %.1f ms; p50 is %.2f of the limit"
                + " of %.0f ms")
                .formatted(UPDATES, p50, p99, millis[UPDATES - 1], p50 / LIMIT_MILLIS, LIMIT_MILLIS);
    }

    private double millis(int counter) {
        CompletableFuture<Long> logged = log.next(isUpdateTo(counter + 1));
        database.update("UPDATE users SET failed_logins = ? WHERE id = 1", counter + 1);
        long committed = System.nanoTime();
        return (logged.orTimeout(10, TimeUnit.SECONDS).join() - committed) / 1e6;
    }

    private static Predicate<JsonNode> isUpdateTo(int counter) {
        return line -> line.path("table").asText().equals("users") && line.path("data").path("failed_logins").asInt() == counter;
    }
}
