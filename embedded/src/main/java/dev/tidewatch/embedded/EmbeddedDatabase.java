package dev.tidewatch.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MariaDB 11.4 in a child process, configured like TiDB where possible: utf8mb4_bin, UTC, TiDB's default {@code sql_mode}. It listens on
 * 127.0.0.1 only.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    static final String VERSION = "11.4.5";
    static final String REPLICATION_USER = "changefeed";
    static final String REPLICATION_PASSWORD = "changefeed";

    private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String USER = "tidewatch";
    private static final String PASSWORD = "tidewatch";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path directory;
    private final MariadbInstallation installation;
    private final int port;
    private final List<String> options;
    private MariadbProcess process;

    private EmbeddedDatabase(Path directory, MariadbInstallation installation, int port, List<String> options) {
        this.directory = directory;
        this.installation = installation;
        this.port = port;
        this.options = options;
    }

    /**
     * Starts a database; installs it first if the directory is empty.
     *
     * @param directory contains the data, and in {@code binaries} the binaries (about 370 MB)
     * @param port the port to listen on; if it is busy or 0, a free one: see {@link #port()}
     * @param options additional options of mariadbd
     * @throws IllegalStateException if MariaDB does not start; the message ends with its log
     */
    public static EmbeddedDatabase start(Path directory, int port, String... options) {
        return start(directory, directory.resolve("binaries"), port, options);
    }

    /**
     * Like {@link #start(Path, int, String...)}, with a directory of binaries that several databases can share.
     *
     * @param binaries the directory; MariaDB is unpacked to it once
     */
    public static EmbeddedDatabase start(Path directory, Path binaries, int port, String... options) {
        Path absolute = directory.toAbsolutePath().normalize();
        MariadbInstallation installation = MariadbInstallation.in(absolute, binaries.toAbsolutePath().normalize());
        MariadbProcess.stopOrphan(absolute);
        EmbeddedDatabase database = new EmbeddedDatabase(absolute, installation, LocalPorts.freePortOr(port), List.of(options));
        database.start();
        return database;
    }

    /** The TCP port on 127.0.0.1; a restart does not change it. */
    public int port() {
        return port;
    }

    /** The application's user, with all privileges on all databases. */
    public String user() {
        return USER;
    }

    /** The password of {@link #user()}; it is fixed, because the server listens on the loopback address only. */
    public String password() {
        return PASSWORD;
    }

    /**
     * The URL of a database for MySQL Connector/J; the first connection creates the database.
     *
     * @param database a name, or an empty string for no database
     */
    public String jdbcUrl(String database) {
        return "jdbc:mysql://127.0.0.1:" + port + "/" + database
            + "?sslMode=DISABLED&connectionTimeZone=UTC&createDatabaseIfNotExist=" + !database.isEmpty();
    }

    /**
     * Restarts the database after {@link #stop()} or {@link #kill()}, with the same port and data.
     *
     * @throws IllegalStateException if it does not start within 60 seconds
     */
    public synchronized void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        long begin = System.nanoTime();
        process = MariadbProcess.start(installation, directory, arguments());
        awaitReady(begin + START_LIMIT.toNanos());
        log.info("MariaDB {} listens on 127.0.0.1:{} after {} ms", VERSION, port, (System.nanoTime() - begin) / 1_000_000);
    }

    /** Shuts the database down. */
    public synchronized void stop() {
        if (process != null) {
            process.stop();
            process = null;
        }
    }

    /** Kills the database with SIGKILL. */
    public synchronized void kill() {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    /** Suspends the database (SIGSTOP): connections stay open without an answer. */
    public synchronized void pause() {
        running().pause();
    }

    /** Resumes the database after {@link #pause()} (SIGCONT). */
    public synchronized void resume() {
        running().resume();
    }

    @Override
    public void close() {
        stop();
    }

    private MariadbProcess running() {
        if (process == null) {
            throw new IllegalStateException("The database is stopped");
        }
        return process;
    }

    private void awaitReady(long deadline) {
        SQLException last = null;
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (Connection ignored = DriverManager.getConnection(jdbcUrl(""), USER, PASSWORD)) {
                return;
            } catch (SQLException e) {
                last = e;
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
        String endOfLog = process.endOfLog();
        process.kill();
        process = null;
        throw new IllegalStateException("MariaDB did not start. Its log ends with:\n" + endOfLog, last);
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
            "--port=" + port,
            "--bind-address=127.0.0.1",
            "--socket=" + socket(),
            "--init-file=" + writeInitFile(),
            "--server-id=1",
            "--log-bin=binlog",
            "--binlog-format=ROW",
            "--binlog-row-image=FULL",
            // Faster: a killed process loses no data; a crash of the machine can, which is acceptable here.
            "--sync-binlog=0",
            "--innodb-flush-log-at-trx-commit=2",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=32M",
            "--performance-schema=OFF",
            "--skip-ssl",
            "--skip-name-resolve",
            "--max-connections=500",
            "--max-allowed-packet=64M",
            "--default-time-zone=+00:00",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_bin",
            "--sql-mode=ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
                + "NO_ENGINE_SUBSTITUTION"));
        arguments.addAll(options);
        return arguments;
    }

    /** Creates the users. The first statement is written to the binlog, because Debezium cannot read an empty one. */
    private Path writeInitFile() {
        Path file = directory.resolve("init.sql");
        try {
            return Files.writeString(file, """
                CREATE USER IF NOT EXISTS '%1$s'@'127.0.0.1' IDENTIFIED BY '%2$s';
                SET SESSION sql_log_bin=0;
                GRANT ALL PRIVILEGES ON *.* TO '%1$s'@'127.0.0.1' WITH GRANT OPTION;
                CREATE USER IF NOT EXISTS '%3$s'@'127.0.0.1' IDENTIFIED BY '%4$s';
                GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT, BINLOG MONITOR ON *.* TO '%3$s'@'127.0.0.1';
                """.formatted(USER, PASSWORD, REPLICATION_USER, REPLICATION_PASSWORD));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    /** In the temporary directory, because the length of a socket's path is limited to about 100 characters. */
    private String socket() {
        return Path.of(System.getProperty("java.io.tmpdir"), "tidewatch-" + port + ".sock").toString();
    }
}
