package dev.tidewatch.embedded;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Sends watermarks, about one a second: first where the binlog ends now, then the promise as soon as the feed has got there. Ends the reader
 * when the database is away: Debezium waits for ever when its connection is closed between two events, as that of a killed database is.
 */
final class WatermarkSender implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final long CHECK_MILLIS = 50;
    /** Longer than a reader takes to start on a slow machine. */
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
    private long asked;
    private long started;
    private Exception failure;

    /**
     * Asks the database at once, so that its connection is older than that of a reader which begins afterwards: when the database goes away
     * from the reader, it goes away from this connection, too.
     *
     * @throws SQLException if the database is away
     */
    WatermarkSender(FeedWriter writer, BinlogQueries binlog) throws SQLException {
        this.writer = writer;
        this.binlog = binlog;
        ask();
    }

    /** Begins with a reader that was made after this. */
    void start(BinlogReader reader) {
        started = System.nanoTime();
        scheduler.scheduleWithFixedDelay(() -> check(reader), 0, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void check(BinlogReader reader) {
        try {
            if (failure == null) {
                send();
            }
        } catch (SQLException | RuntimeException e) {
            failure = e;
        }
        if (failure != null) {
            // Again and again: a reader that is starting does not end.
            reader.fail(failure);
        }
    }

    private void send() throws SQLException {
        // Often until the reader is there: one that comes and goes unseen is missed only after the limit.
        if (!isRead || System.nanoTime() - asked >= PERIOD.toNanos()) {
            failUnlessRead(ask());
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

    private BinlogQueries.BinlogEnd ask() throws SQLException {
        asked = System.nanoTime();
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
