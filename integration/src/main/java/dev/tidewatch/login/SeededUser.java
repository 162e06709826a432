package dev.tidewatch.login;

import dev.tidewatch.settings.UnusableSettingException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.core.env.Environment;

/** The seeded user {@code admin}, who may still exist when a database goes into production. */
public final class SeededUser {

    private static final String PASSWORD = "admin123";

    private SeededUser() {
    }

    /**
     * Aborts startup while the user has the seeded password, even if a login has upgraded its hash.
     *
     * @throws UnusableSettingException if the user has the seeded password
     */
    public static void refuse(DataSource database, Environment settings) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT username, password_hash FROM users WHERE username = 'admin'");
                ResultSet users = statement.executeQuery()) {
            if (users.next() && hasPassword(users.getString(2), new Argon2id(new LoginSettings(settings)))) {
                throw new UnusableSettingException(("TIDEWATCH_ENV is production, but the user %s of the database still has the password "
                        + "of TIDEWATCH_SEED_USER; delete the user, or give it another password_hash.").formatted(users.getString(1)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot read the users", e);
        }
    }

    private static boolean hasPassword(String hash, Argon2id argon2id) {
        try {
            return argon2id.isOf(hash) && argon2id.matches(PASSWORD, hash);
        } catch (UnusableHashException e) {
            // Nobody can log in with it.
            return false;
        }
    }
}
