package dev.tidewatch.faults;

import com.zaxxer.hikari.HikariDataSource;
import dev.tidewatch.embedded.EmbeddedDatabase;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes the table {@code users} directly and reads its final content. Statements wait for a frozen database without a timeout, so that
 * nothing is in flight when they return.
 */
final class Users implements AutoCloseable {

    /** The hash of "a password" at minimal cost: the load is on events, not on the processor. */
    private static final String HASH =
            "$argon2id$v=19$m=64,t=1,p=1$dGlkZXdhdGNoLWZhdWx0cw$OO2OHGsWFiuJHiFx2/gdk60SKn+QqijgnYM6z2ZQIRo";

    private final HikariDataSource connections = new HikariDataSource();
    private final JdbcTemplate database = new JdbcTemplate(connections);

    /** The newest version of a row: its name and number of updates. */
    record Row(String username, long version) {
    }

    /** A row of {@code access_tokens}. */
    record Token(long id, String username, boolean revoked) {
    }

    Users(EmbeddedDatabase embedded) {
        connections.setJdbcUrl(embedded.jdbcUrl("tidewatch"));
        connections.setUsername(embedded.user());
        connections.setPassword(embedded.password());
        connections.setInitializationFailTimeout(-1);
    }

    void insert(String username) {
        database.update("INSERT INTO users (username, email, password_hash) VALUES (?, ?, ?)", username, username + "@localhost", HASH);
    }

    /** Updates each row, in one transaction. */
    void update(List<String> usernames) {
        String names = usernames.stream().map(name -> "?").collect(Collectors.joining(","));
        database.update("UPDATE users SET failed_logins = failed_logins + 1 WHERE username IN (" + names + ")", usernames.toArray());
    }

    void delete(String username) {
        database.update("DELETE FROM users WHERE username = ?", username);
    }

    /** The rows whose name has the prefix. */
    List<Row> rows(String prefix) {
        return database.query("SELECT username, failed_logins FROM users WHERE username LIKE ?",
                (row, number) -> new Row(row.getString(1), row.getLong(2)), prefix + "%");
    }

    /** The tokens of the users whose name has the prefix. */
    List<Token> tokens(String prefix) {
        return database.query("""
                SELECT t.id, u.username, t.revoked_at IS NOT NULL
                FROM access_tokens t JOIN users u ON u.id = t.user_id WHERE u.username LIKE ?
                """, (row, number) -> new Token(row.getLong(1), row.getString(2), row.getBoolean(3)), prefix + "%");
    }

    /** The number of unpublished events. */
    int outbox() {
        return database.queryForObject("SELECT COUNT(*) FROM outbox", Integer.class);
    }

    @Override
    public void close() {
        connections.close();
    }
}
