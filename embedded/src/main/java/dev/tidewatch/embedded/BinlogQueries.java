package dev.tidewatch.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queries the binlog for its end and for DDL statements: Debezium omits those about views and parts of others. */
final class BinlogQueries implements AutoCloseable {

    /** A statement of the binlog; {@code database} is the session's default database or an empty string. */
    record LoggedStatement(String database, String sql) {
    }

    /**
     * The end of the binlog at a time of the database's clock.
     *
     * @param sequence the number of the last transaction
     * @param seconds whole seconds since 1970
     * @param isRead whether a binlog reader is connected that connected after this object did
     */
    record BinlogEnd(long sequence, long seconds, boolean isRead) {
    }

    private static final Logger log = LoggerFactory.getLogger(BinlogQueries.class);

    private final String url;
    private Connection connection;

    BinlogQueries(int port) {
        this.url = "jdbc:mysql://127.0.0.1:" + port + "/?sslMode=DISABLED&connectTimeout=2000&socketTimeout=3000";
    }

    /** The statement of the transaction at this position; empty if it is a transaction of rows. */
    synchronized Optional<LoggedStatement> statementAt(String file, long position) throws SQLException {
        // SHOW takes no parameters; the file name comes from MariaDB (binlog.000001).
        String sql = "SHOW BINLOG EVENTS IN '" + file + "' FROM " + position + " LIMIT 2";
        try (Statement statement = connection().createStatement(); ResultSet events = statement.executeQuery(sql)) {
            boolean rows = !events.next() || events.getString("Info").startsWith("BEGIN");
            if (rows || !events.next() || !events.getString("Event_type").startsWith("Query")) {
                return Optional.empty();
            }
            return Optional.of(split(events.getString("Info")));
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    synchronized BinlogEnd end() throws SQLException {
        String sql = "SELECT UNIX_TIMESTAMP(), @@GLOBAL.gtid_binlog_pos, (SELECT COUNT(*) FROM information_schema.processlist"
            + " WHERE command = 'Binlog Dump' AND id > CONNECTION_ID())";
        try (PreparedStatement statement = connection().prepareStatement(sql); ResultSet row = statement.executeQuery()) {
            row.next();
            // Columns are evaluated in order, the clock first: a transaction that commits later has a higher number than the one read.
            return new BinlogEnd(Gtid.sequence(row.getString(2)), row.getLong(1), row.getLong(3) > 0);
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    private Connection connection() throws SQLException {
        if (connection == null) {
            connection = DriverManager.getConnection(url, EmbeddedDatabase.REPLICATION_USER, EmbeddedDatabase.REPLICATION_PASSWORD);
        }
        return connection;
    }

    /** {@code use `database`; statement}, or the statement alone. */
    private static LoggedStatement split(String info) {
        if (!info.startsWith("use `")) {
            return new LoggedStatement("", info);
        }
        int end = info.indexOf("`; ");
        return new LoggedStatement(info.substring("use `".length(), end).replace("``", "`"), info.substring(end + "`; ".length()));
    }

    @Override
    public synchronized void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            log.debug("Cannot close the connection", e);
        }
        connection = null;
    }
}
