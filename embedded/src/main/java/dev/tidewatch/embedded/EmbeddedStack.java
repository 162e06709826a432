package dev.tidewatch.embedded;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A database, a broker and a change feed in one process, with their state in one directory: everything the application talks to. */
public final class EmbeddedStack implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedStack.class);

    private final StateDirectory state;
    private final Thread closeAtExit = new Thread(this::close, "embedded-stack-close");
    private EmbeddedDatabase database;
    private EmbeddedBroker broker;
    private EmbeddedChangefeed changefeed;

    /**
     * How a stack is started.
     *
     * @param directory where the state is kept from run to run
     * @param databasePort the database's port; a busy one, or 0, is replaced by a free one
     * @param brokerPort the broker's port, likewise
     * @param changefeed topic, partitions and configuration of the change feed
     */
    public record Settings(Path directory, int databasePort, int brokerPort, EmbeddedChangefeed.Settings changefeed) {

        /** The application's own topic and changefeed, on free ports. */
        public static Settings in(Path directory) {
            return new Settings(directory, 0, 0,
                new EmbeddedChangefeed.Settings("tidb-cdc-events", 3, ChangefeedConfiguration.fromClassPath("tidewatch")));
        }
    }

    private EmbeddedStack(StateDirectory state) {
        this.state = state;
    }

    /**
     * Starts database, broker and change feed, in this order.
     *
     * @throws IllegalStateException if the directory is in use or a part does not come up; what has started is stopped again
     */
    public static EmbeddedStack start(Settings settings) {
        EmbeddedStack stack = new EmbeddedStack(StateDirectory.open(settings.directory()));
        try {
            // A JVM that ends does not end its child processes.
            Runtime.getRuntime().addShutdownHook(stack.closeAtExit);
            stack.startParts(settings);
            return stack;
        } catch (RuntimeException | Error e) {
            stack.close();
            throw e;
        }
    }

    private synchronized void startParts(Settings settings) {
        EmbeddedDatabase.stopOrphan(state.database());
        state.wipeUnlessWhole();
        Thread brokerStart = new Thread(() -> broker = EmbeddedBroker.start(state.broker(), settings.brokerPort()), "embedded-broker-start");
        brokerStart.start();
        try {
            database = EmbeddedDatabase.start(state.database(), state.binaries(), settings.databasePort());
        } finally {
            join(brokerStart);
        }
        if (broker == null) {
            throw new IllegalStateException("Kafka did not start; its error is in the log");
        }
        changefeed = EmbeddedChangefeed.start(state.changefeed(), database, broker, settings.changefeed());
        state.markWhole();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The database; a test may stop, kill or pause it. */
    public EmbeddedDatabase database() {
        return database;
    }

    /** The broker; a test may stop it. */
    public EmbeddedBroker broker() {
        return broker;
    }

    /** The change feed; a test may stop it. */
    public EmbeddedChangefeed changefeed() {
        return changefeed;
    }

    /** Text for the start-up line. */
    public String description() {
        return "embedded (Debezium 3.4.0 on MariaDB " + EmbeddedDatabase.VERSION + ")";
    }

    /** Stops change feed, broker and database, within seconds; their state stays. */
    @Override
    public synchronized void close() {
        // They close from the last to the first, each one also when another cannot.
        try (state; EmbeddedDatabase first = database; EmbeddedBroker second = broker; EmbeddedChangefeed third = changefeed) {
            log.debug("Stopping {}, {} and {}", third, second, first);
        } finally {
            leaveExitToApplication();
        }
    }

    /** It no longer closes by itself when the JVM ends; that would be too early for an application that still stops. */
    void leaveExitToApplication() {
        try {
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IllegalStateException exit) {
            log.debug("The JVM ends already; closing twice does no harm", exit);
        }
    }
}
