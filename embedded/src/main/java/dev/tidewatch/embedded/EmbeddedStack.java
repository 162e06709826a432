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
     * The parameters of a stack. A port that is busy or 0 is replaced by a free one.
     *
     * @param directory holds the state; the next run with the same directory continues with it
     * @param topic the topic of the changefeed, created if it does not exist
     */
    record Options(Path directory, int databasePort, int brokerPort, String topic, ChangefeedConfiguration changefeed) {

        /** The application's own topic and changefeed. */
        Options(Path directory, int databasePort, int brokerPort) {
            this(directory, databasePort, brokerPort, "tidb-cdc-events", ChangefeedConfiguration.fromClassPath("tidewatch"));
        }
    }

    private EmbeddedStack(StateDirectory state) {
        this.state = state;
    }

    /**
     * Starts the services on free ports, with the application's own topic and changefeed.
     *
     * @param directory holds the state; the next run with the same directory continues with it
     * @throws IllegalStateException if the directory is in use or a service does not start; services that have started are stopped
     */
    public static EmbeddedStack start(Path directory) {
        return start(new Options(directory, 0, 0));
    }

    static EmbeddedStack start(Options options) {
        MariadbInstallation.requireSupported(System.getProperty("os.name"), System.getProperty("os.arch"));
        EmbeddedStack stack = new EmbeddedStack(StateDirectory.open(options.directory()));
        try {
            // A JVM that ends does not end its child processes.
            Runtime.getRuntime().addShutdownHook(stack.closeAtExit);
            stack.startServices(options);
            return stack;
        } catch (RuntimeException | Error e) {
            stack.close();
            throw e;
        }
    }

    private synchronized void startServices(Options options) {
        EmbeddedDatabase.stopOrphan(state.database());
        state.wipeUnlessWhole();
        Thread brokerStart = new Thread(() -> broker = EmbeddedBroker.start(state.broker(), options.brokerPort()), "embedded-broker-start");
        brokerStart.start();
        try {
            database = EmbeddedDatabase.start(state.database(), state.binaries(), options.databasePort());
        } finally {
            join(brokerStart);
        }
        if (broker == null) {
            throw new IllegalStateException("Kafka did not start; its error is in the log");
        }
        changefeed = EmbeddedChangefeed.start(state.changefeed(), database, broker, options.topic(), options.changefeed());
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
