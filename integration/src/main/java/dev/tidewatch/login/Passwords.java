package dev.tidewatch.login;

import java.util.Map;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Checks passwords; an unknown user and a locked account cost the same time as a wrong password. */
@Component("passwords")
public class Passwords {

    private final Argon2id argon2id;
    private final String nobodysHash;

    Passwords(Argon2id argon2id) {
        this.argon2id = argon2id;
        this.nobodysHash = argon2id.hash("nobody");
    }

    /**
     * Whether the password is the user's, and the account not locked.
     *
     * @param user the row of {@code find-user.sql}; null when the name is unknown
     */
    public boolean matches(@Variable("credentials") Credentials credentials, @Variable("user") Map<String, Object> user) {
        String hash = user != null ? (String) user.get("passwordHash") : nobodysHash;
        boolean isRight = argon2id.matches(credentials.password(), hash);
        return isRight && user != null && !isLocked(user);
    }

    private static boolean isLocked(Map<String, Object> user) {
        return ((Number) user.get("locked")).intValue() != 0;
    }
}
