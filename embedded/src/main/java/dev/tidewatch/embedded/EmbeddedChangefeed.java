package dev.tidewatch.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the binlog of an {@link EmbeddedDatabase} and writes every change to a topic of an {@link EmbeddedBroker} as TiCDC does: canal-json
 * with the TiDB extension and watermarks. Delivers at least once and in order; retries while the database or the broker is down.
 *
 * <p>A change passes {@code BinlogReader} (Debezium), {@code RawValueConverter} (values), {@code TransactionAssembler} (whole
 * transactions), {@code FeedWriter} (commitTs, filter, partition) and {@code CanalJson} (bytes).
 */
public final class EmbeddedChangefeed implements AutoCloseable {

    static final String OFFSETS = "offsets.dat";
    static final String STATEMENTS = "statements.jsonl";
    static final String SCHEMA_HISTORY = "schema-history.dat";

    private static final Logger log = LoggerFactory.getLogger(EmbeddedChangefeed.class);
    private static final long RETRY_MILLIS = 300;
    private static final long STOP_MILLIS = 3000;
    private static final long STOP_RETRY_MILLIS = 100;
    private static final long START_SECONDS = 60;
    private static final int PARTITIONS = 3;

    private final Path directory;
    private final EmbeddedDatabase database;
    private final EmbeddedBroker broker;
    private final String topic;
    private final ChangefeedConfiguration configuration;
    private Thread thread;
    private volatile CountDownLatch started;
    private volatile CountDownLatch stopped;
    private volatile BinlogReader reader;
    private volatile String lastFailure;

    private EmbeddedChangefeed(Path directory, EmbeddedDatabase database, EmbeddedBroker broker, String topic,
                               ChangefeedConfiguration configuration) {
        this.directory = directory;
        this.database = database;
        this.broker = broker;
        this.topic = topic;
        this.configuration = configuration;
    }

    /**
     * Starts a changefeed. A new one starts with the next change; one whose directory holds offsets resumes at them.
     *
     * @param directory holds the offsets
     * @param topic created if it does not exist
     */
    static EmbeddedChangefeed start(Path directory, EmbeddedDatabase database, EmbeddedBroker broker, String topic,
                                    ChangefeedConfiguration configuration) {
        EmbeddedChangefeed feed = new EmbeddedChangefeed(directory.toAbsolutePath().normalize(), database, broker, topic, configuration);
        feed.start();
        return feed;
    }

    /** Restarts the changefeed after {@link #stop()}; it resumes where it stopped. */
    public synchronized void start() {
        if (thread != null) {
            return;
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + directory, e);
        }
        stopped = new CountDownLatch(1);
        boolean isNew = !Files.exists(directory.resolve(OFFSETS));
        started = new CountDownLatch(1);
        thread = new Thread(this::feed, "changefeed");
        thread.setDaemon(true);
        thread.start();
        if (isNew) {
            awaitStart();
        }
    }

    /** A new changefeed misses every change that is committed before it has a position. */
    private void awaitStart() {
        try {
            if (!started.await(START_SECONDS, TimeUnit.SECONDS)) {
                stop();
                throw new IllegalStateException("The changefeed did not start within " + START_SECONDS
                    + " seconds. See its warnings in the log.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the changefeed after the current transaction. */
    public synchronized void stop() {
        if (thread == null) {
            return;
        }
        stopped.countDown();
        if (reader == null) {
            thread.interrupt();
        }
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
            do {
                // Repeatedly, because a starting reader cannot be stopped.
                closeReader();
                thread.join(STOP_RETRY_MILLIS);
            } while (thread.isAlive() && System.nanoTime() < deadline);
            thread.interrupt();
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public void close() {
        stop();
    }

    private void feed() {
        try {
            do {
                runAndWarn();
            } while (!stopped.await(RETRY_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stop) {
            log.debug("The changefeed was interrupted", stop);
        }
    }

    private void runAndWarn() throws InterruptedException {
        try {
            run();
        } catch (InterruptedException stop) {
            throw stop;
        } catch (Exception e) {
            if (isRunning()) {
                warnOnce(e);
            }
        }
    }

    private boolean isRunning() {
        return stopped.getCount() > 0;
    }

    private void warnOnce(Exception failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (!cause.toString().equals(lastFailure)) {
            lastFailure = cause.toString();
            log.warn("The changefeed failed and retries until database and broker are reachable: {}", lastFailure);
        }
        log.debug("The changefeed failed", failure);
    }

    private void progressed() {
        lastFailure = null;
        started.countDown();
    }

    /** Runs until Debezium's engine stops. */
    private void run() throws Exception {
        CommitClock clock = new CommitClock();
        int partitions = ensureTopic();
        CommitClockRecovery.recover(broker.bootstrapServers(), topic, clock);
        SchemaStore store = new SchemaStore(directory.resolve(STATEMENTS));
        try (FeedWriter writer = new FeedWriter(broker.bootstrapServers(), topic, partitions, configuration, clock);
             BinlogQueries binlog = new BinlogQueries(database.port());
             WatermarkSender watermarks = new WatermarkSender(writer, new BinlogQueries(database.port()))) {
            BinlogReader next = new BinlogReader(database.port(), directory, new TransactionAssembler(writer, store, binlog), writer, store,
                this::progressed);
            reader = next;
            if (isRunning()) {
                watermarks.start(next);
                next.run();
            }
        } finally {
            reader = null;
        }
    }

    private int ensureTopic() throws ExecutionException, InterruptedException {
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers(), "default.api.timeout.ms", 5000,
            "request.timeout.ms", 2000);
        try (Admin admin = Admin.create(client)) {
            try {
                admin.createTopics(Set.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty()))).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
            return admin.describeTopics(Set.of(topic)).allTopicNames().get().get(topic).partitions().size();
        }
    }

    private void closeReader() {
        BinlogReader current = reader;
        if (current != null) {
            try {
                current.close();
            } catch (IOException | RuntimeException e) {
                log.debug("Debezium did not close cleanly", e);
            }
        }
    }
}
