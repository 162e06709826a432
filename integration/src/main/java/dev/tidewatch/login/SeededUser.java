package dev.tidewatch.login;

import dev.tidewatch.settings.UnusableSettingException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.core.env.Environment;

/** The user of the first minute, who may be there from before the database went into production. */
public final class SeededUser {

    private static final String PASSWORD = "admin123";

    private SeededUser() {
    }

    /**
     * Refuses the start while the user has the seeded password, also when a login has made its hash anew.
     *
     * @throws UnusableSettingException when it is so
     */
    public static void refuse(DataSource database, Environment settings) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT username, password_hash FROM users WHERE username = 'admin'");
                ResultSet users = statement.executeQuery()) {
            if (users.next() && hasPassword(users.getString(2), new Argon2id(new LoginSettings(settings)))) {
                throw new UnusableSettingException(("TIDEWATCH_ENV is production, but the user %s of the database still has the password "
                        + "of TIDEWATCH_SEED_USER; delete the user, or give it another password_hash.").formatted(users.getString(1)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The users cannot be looked through", e);
        }
    }

    private static boolean hasPassword(String hash, Argon2id argon2id) {
        try {
            return argon2id.isOf(hash) && argon2id.matches(PASSWORD, hash);
        } catch (UnusableHashException e) {
            // Nobody logs in with it.
            return false;
        }
    }
}
