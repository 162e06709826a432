package dev.tidewatch.login;

/**
 * The body of a login, the contract's schema {@code Credentials}.
 *
 * @param username a user name or an e-mail address; null if {@code email} is given
 * @param email    an alternative to {@code username}
 * @param password the password in clear text; never stored or logged
 * @param session  how to return the access token: {@code cookie}, or {@code token} for the body; null is {@code token}
 */
public record Credentials(String username, String email, String password, String session) {

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
