package dev.tidewatch.database;

import dev.tidewatch.settings.UnusableSettingException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The user of the first minute, who may be there from before the database went into production. */
final class SeededUser {

    /** As {@code R__seed_user.sql} has it. */
    static final String HASH = "$argon2id$v=19$m=19456,t=2,p=1$iPEZa9qIGMmy9/DaCNmdOw$yl7NRrQjCUZ7YpgA+3ICNsCwtJv7TZLWnTIyVMMkGNk";

    private SeededUser() {
    }

    /** Refuses the start while a user has the seeded password hash. */
    static void refuse(DataSource database) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT username FROM users WHERE password_hash = ?")) {
            statement.setString(1, HASH);
            try (ResultSet users = statement.executeQuery()) {
                if (users.next()) {
                    throw new UnusableSettingException(("TIDEWATCH_ENV is production, but the user %s of the database still has the password "
                            + "of TIDEWATCH_SEED_USER; delete the user, or give it another password_hash.").formatted(users.getString(1)));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The users cannot be looked through", e);
        }
    }
}
