package dev.tidewatch.embedded;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Sends about one watermark per second: queries the end of the binlog, and sends the watermark when the changefeed has reached that end.
 * Also makes the reader catch up, and stops it if the database is down: Debezium waits forever if its connection is closed between two
 * events.
 */
final class WatermarkSender implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final long CHECK_MILLIS = 50;
    /** Longer than the start of a reader on a slow machine. */
    private static final Duration START_LIMIT = Duration.ofSeconds(15);

    private final FeedWriter writer;
    private final BinlogQueries binlog;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "changefeed-watermarks");
        thread.setDaemon(true);
        return thread;
    });
    private BinlogQueries.BinlogEnd next;
    private boolean isRead;
    private long lastQuery;
    private long started;
    private Exception failure;

    /**
     * Queries the database, so that this connection is older than that of the reader: {@link BinlogQueries.BinlogEnd#isRead()} needs that.
     *
     * @throws SQLException if the database is unreachable
     */
    WatermarkSender(FeedWriter writer, BinlogQueries binlog) throws SQLException {
        this.writer = writer;
        this.binlog = binlog;
        query();
    }

    /** @param reader a reader that was created after this object */
    void start(BinlogReader reader) {
        started = System.nanoTime();
        scheduler.scheduleWithFixedDelay(() -> check(reader), 0, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void check(BinlogReader reader) {
        try {
            if (failure == null) {
                reader.catchUp();
                send();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return;
        } catch (SQLException | RuntimeException e) {
            failure = e;
        }
        if (failure != null) {
            // Repeatedly, because a starting reader cannot be stopped.
            reader.fail(failure);
        }
    }

    private void send() throws SQLException, InterruptedException {
        // Queries at each check until the reader is connected, to notice soon when it disconnects.
        if (!isRead || System.nanoTime() - lastQuery >= PERIOD.toNanos()) {
            failUnlessRead(query());
        }
        if (next != null && writer.watermark(next)) {
            next = null;
        }
    }

    private void failUnlessRead(BinlogQueries.BinlogEnd end) {
        boolean due = isRead || System.nanoTime() - started > START_LIMIT.toNanos();
        if (due && !end.isRead()) {
            throw new IllegalStateException("The database has closed the connection that reads the binlog");
        }
        isRead = end.isRead();
    }

    private BinlogQueries.BinlogEnd query() throws SQLException {
        lastQuery = System.nanoTime();
        BinlogQueries.BinlogEnd end = binlog.end();
        if (next == null) {
            next = end;
        }
        return end;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        binlog.close();
    }
}
