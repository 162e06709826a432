package dev.tidewatch.login;

import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Checks passwords against their Argon2id hashes, with the parameters that OWASP's Password Storage Cheat Sheet names
 * (19 MiB, 2 iterations, 1 lane). An unknown user costs the same time as a wrong password.
 */
@Component("passwords")
public class Passwords {

    private final Argon2PasswordEncoder argon2id = new Argon2PasswordEncoder(16, 32, 1, 19456, 2);
    private final String nobodysHash = argon2id.encode("nobody");

    /**
     * Whether the password is the user's.
     *
     * @param user the row of {@code find-user.sql}; null when the name is unknown
     */
    public boolean matches(@Body Credentials credentials, @Variable("user") Map<String, Object> user) {
        String hash = user != null ? (String) user.get("passwordHash") : nobodysHash;
        return argon2id.matches(credentials.password(), hash) & user != null;
    }
}
