package dev.tidewatch.login;

import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Checks passwords; an unknown user costs the same time as a wrong password. */
@Component("passwords")
public class Passwords {

    private final Argon2id argon2id;
    private final String nobodysHash;

    Passwords(Argon2id argon2id) {
        this.argon2id = argon2id;
        this.nobodysHash = argon2id.hash("nobody");
    }

    /**
     * Whether the password is the user's.
     *
     * @param user the row of {@code find-user.sql}; null when the name is unknown
     */
    public boolean matches(@Body Credentials credentials, @Variable("user") Map<String, Object> user) {
        String hash = user != null ? (String) user.get("passwordHash") : nobodysHash;
        // No && here: the hash is computed for an unknown user too.
        return argon2id.matches(credentials.password(), hash) & user != null;
    }
}
