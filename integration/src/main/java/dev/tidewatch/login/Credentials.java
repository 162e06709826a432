package dev.tidewatch.login;

/**
 * The body of a login, as the contract's schema {@code Credentials} has it: a password, and either name.
 *
 * @param username a user name or an e-mail address; null when {@code email} is given
 * @param email    stands in for {@code username}
 * @param password the password in clear text; never written anywhere
 * @param session  where the token of the session goes: {@code cookie}, or {@code token}, which is the body; null is {@code token}
 */
public record Credentials(String username, String email, String password, String session) {

    /** The name to look the user up by. */
    public String name() {
        return username != null ? username : email;
    }

    /** Whether a cookie is to hold the token. */
    public boolean wantsCookie() {
        return "cookie".equals(session);
    }

    @Override
    public String toString() {
        return "Credentials[" + name() + "]";
    }
}
