package dev.tidewatch.login;

import dev.tidewatch.settings.UnusableSettingException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Aborts startup in production while the seeded user has its published password: a database may have been in use before it went into
 * production. Flyway calls it after the migrations.
 */
@Component
@ConditionalOnProperty(name = "tidewatch.env", havingValue = "production")
class SeededUser extends BaseCallback {

    private static final String PASSWORD = "admin123";

    private final Argon2id argon2id;

    SeededUser(Argon2id argon2id) {
        this.argon2id = argon2id;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.AFTER_MIGRATE;
    }

    /**
     * Compares the hash of the user; a login may have upgraded it.
     *
     * @throws UnusableSettingException when the password is the published one
     */
    @Override
    public void handle(Event event, Context context) {
        try (PreparedStatement statement = context.getConnection()
                .prepareStatement("SELECT username, password_hash FROM users WHERE username = 'admin'");
                ResultSet users = statement.executeQuery()) {
            if (users.next() && hasPassword(users.getString(2))) {
                throw new UnusableSettingException(("TIDEWATCH_ENV is production, but the user %s in the database still has the password "
                        + "of TIDEWATCH_SEED_USER; delete the user or change its password_hash.").formatted(users.getString(1)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot read the users", e);
        }
    }

    private boolean hasPassword(String hash) {
        try {
            return argon2id.isOf(hash) && argon2id.matches(PASSWORD, hash);
        } catch (UnusableHashException e) {
            // No password matches this hash.
            return false;
        }
    }
}
