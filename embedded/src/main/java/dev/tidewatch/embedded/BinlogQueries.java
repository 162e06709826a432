package dev.tidewatch.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** Asks the database about its binlog: the words of a statement, of which Debezium gives none for views and only a part for others, and its end. */
final class BinlogQueries implements AutoCloseable {

    /** A statement and the session's default database, or the empty text. */
    record LoggedStatement(String database, String sql) {
    }

    /**
     * The end of the binlog at a moment of the database's clock.
     *
     * @param sequence the number of the last transaction
     * @param seconds whole seconds since 1970
     * @param isRead whether a reader is connected that came after this connection
     */
    record BinlogEnd(long sequence, long seconds, boolean isRead) {
    }

    private final String url;
    private Connection connection;

    BinlogQueries(int port) {
        this.url = "jdbc:mysql://127.0.0.1:" + port + "/?sslMode=DISABLED&connectTimeout=2000&socketTimeout=3000";
    }

    /** The statement of a transaction that is one statement; empty when it is one of rows. */
    synchronized Optional<LoggedStatement> statementAt(String file, long position) throws SQLException {
        // Names of binlog files are MariaDB's own (binlog.000001); the statement takes no parameters.
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
            // The clock first: what commits after it has a number above the one that is read then.
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
            // A connection that cannot even be closed is gone already.
            connection = null;
        }
        connection = null;
    }
}
