package dev.tidewatch.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Asks for the lock on the oldest event of the outbox, again and again, and notes how long it had to wait. */
final class LockProbe implements AutoCloseable {

    private final ScheduledExecutorService asking = Executors.newSingleThreadScheduledExecutor();
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final Connection connection;

    /** @param connection in a transaction, and with patience for a lock */
    LockProbe(Connection connection) {
        this.connection = connection;
        asking.scheduleWithFixedDelay(this::ask, 0, 10, TimeUnit.MILLISECONDS);
    }

    /** The longest wait so far. */
    Duration longest() {
        return waits.stream().max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** How many waits were longer. */
    long waits(Duration than) {
        return waits.stream().filter(wait -> wait.compareTo(than) > 0).count();
    }

    private void ask() {
        long begin = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT id FROM outbox ORDER BY id LIMIT 1 FOR UPDATE");
            waits.add(Duration.ofNanos(System.nanoTime() - begin));
            connection.commit();
        } catch (SQLException e) {
            // Longer than a test would accept.
            waits.add(Duration.ofHours(1));
        }
    }

    @Override
    public void close() throws SQLException, InterruptedException {
        asking.shutdown();
        asking.awaitTermination(1, TimeUnit.MINUTES);
        connection.close();
    }
}
