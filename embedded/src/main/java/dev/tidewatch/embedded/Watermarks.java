package dev.tidewatch.embedded;

import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends watermarks, about one a second: first where the binlog ends now, then the promise as soon as the feed has got there. */
final class Watermarks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Watermarks.class);
    private static final long PERIOD_MILLIS = 1000;
    private static final long CHECK_MILLIS = 50;

    private final FeedWriter writer;
    private final BinlogStatements binlog;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "changefeed-watermarks");
        thread.setDaemon(true);
        return thread;
    });
    private BinlogStatements.End next;
    private long lastMillis;

    Watermarks(FeedWriter writer, BinlogStatements binlog) {
        this.writer = writer;
        this.binlog = binlog;
    }

    void start() {
        scheduler.scheduleWithFixedDelay(this::check, 0, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void check() {
        try {
            long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            if (next == null && now - lastMillis >= PERIOD_MILLIS) {
                lastMillis = now;
                next = binlog.end();
            }
            if (next != null && writer.watermark(next)) {
                next = null;
            }
        } catch (SQLException away) {
            log.debug("No watermark while the database is away: {}", away.getMessage());
        } catch (RuntimeException e) {
            log.debug("No watermark", e);
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        binlog.close();
    }
}
