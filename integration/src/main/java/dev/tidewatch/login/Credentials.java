package dev.tidewatch.login;

import dev.tidewatch.http.ProblemException;
import java.text.Normalizer;

/**
 * The body of a login, the contract's schema {@code Credentials}. Names are normalised to NFC, the form that most clients send: some of
 * macOS send NFD.
 *
 * @param username a user name or an e-mail address; null if {@code email} is given
 * @param email    an alternative to {@code username}
 * @param password the password in clear text; never stored or logged
 * @param session  how to return the access token: {@code cookie}, or {@code token} for the body; null is {@code token}
 */
public record Credentials(String username, String email, String password, String session) {

    /** The contract's {@code maxLength} of a name, in code points; the columns are as long. */
    private static final int LONGEST_NAME = 256;

    /**
     * Normalises the names.
     *
     * @throws ProblemException if one is too long in NFC, which decomposes a few characters
     */
    public Credentials {
        username = composed("username", username);
        email = composed("email", email);
    }

    private static String composed(String field, String name) {
        if (name == null) {
            return null;
        }
        String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
        if (composed.codePointCount(0, composed.length()) > LONGEST_NAME) {
            throw ProblemException.invalidField(field, "must be at most %d characters long in NFC".formatted(LONGEST_NAME));
        }
        return composed;
    }

    /** The user name or e-mail address to look up. */
    public String name() {
        return username != null ? username : email;
    }

    /** Whether to return the access token in a cookie. */
    public boolean wantsCookie() {
        return "cookie".equals(session);
    }

    @Override
    public String toString() {
        return "Credentials[" + name() + "]";
    }
}
