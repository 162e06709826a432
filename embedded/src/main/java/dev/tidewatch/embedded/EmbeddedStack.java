package dev.tidewatch.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services of the application: a database, a broker and a changefeed, with their state in one directory. */
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
     * @param brokerSettings override the broker's properties
     * @param topic the topic of the changefeed, created if it does not exist
     */
    record Options(Path directory, int databasePort, int brokerPort, Map<String, String> brokerSettings, String topic,
                   ChangefeedConfiguration changefeed) {

        /** The application's own topic and changefeed. */
        Options(Path directory, int databasePort, int brokerPort, Map<String, String> brokerSettings) {
            this(directory, databasePort, brokerPort, brokerSettings, "tidb-cdc-events",
                ChangefeedConfiguration.fromClassPath("tidewatch"));
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
        return start(directory, Map.of());
    }

    /**
     * Like {@link #start(Path)}.
     *
     * @param brokerSettings override the broker's properties, for example {@code auto.create.topics.enable}
     */
    public static EmbeddedStack start(Path directory, Map<String, String> brokerSettings) {
        return start(new Options(directory, 0, 0, brokerSettings));
    }

    static EmbeddedStack start(Options options) {
        MariadbInstallation.requireSupported(System.getProperty("os.name"), System.getProperty("os.arch"));
        EmbeddedStack stack = new EmbeddedStack(StateDirectory.open(options.directory()));
        try {
            // When a JVM exits, its child processes keep running.
            Runtime.getRuntime().addShutdownHook(stack.closeAtExit);
            stack.startServices(options);
            return stack;
        } catch (RuntimeException | Error e) {
            stack.close();
            throw e;
        }
    }

    private synchronized void startServices(Options options) {
        MariadbProcess.stopOrphan(state.database());
        state.deleteUnlessComplete();
        CompletableFuture<EmbeddedBroker> startingBroker = CompletableFuture.supplyAsync(
            () -> EmbeddedBroker.start(state.broker(), options.brokerPort(), null, options.brokerSettings()),
            task -> new Thread(task, "embedded-broker-start").start());
        try {
            database = EmbeddedDatabase.start(state.database(), state.binaries(), options.databasePort());
        } finally {
            // If the database fails, close() has to stop the broker.
            broker = startingBroker.exceptionally(failure -> null).join();
        }
        startingBroker.join();
        changefeed = EmbeddedChangefeed.start(state.changefeed(), database, broker, options.topic(), options.changefeed());
        state.markComplete();
    }

    /** The database; tests can stop, kill or pause it. */
    public EmbeddedDatabase database() {
        return database;
    }

    /** The broker; tests can stop it. */
    public EmbeddedBroker broker() {
        return broker;
    }

    /** The changefeed; tests can stop it. */
    public EmbeddedChangefeed changefeed() {
        return changefeed;
    }

    /** The name of the changefeed in the ready line. */
    public String description() {
        return "embedded (Debezium 3.4.0 on MariaDB " + EmbeddedDatabase.VERSION + ")";
    }

    /** Stops changefeed, broker and database within seconds; their state stays. */
    @Override
    public synchronized void close() {
        // Closes in reverse order, and continues if one of them fails.
        try (state; EmbeddedDatabase first = database; EmbeddedBroker second = broker; EmbeddedChangefeed third = changefeed) {
            log.debug("Stopping {}, {} and {}", third, second, first);
        } finally {
            leaveExitToApplication();
        }
    }

    /** Removes the shutdown hook, which would close the stack while the application still uses it. */
    void leaveExitToApplication() {
        try {
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IllegalStateException exit) {
            log.debug("The JVM is shutting down; closing twice is harmless", exit);
        }
    }
}
