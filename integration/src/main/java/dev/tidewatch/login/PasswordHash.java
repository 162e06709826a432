package dev.tidewatch.login;

/** A way to hash passwords. */
interface PasswordHash {

    /** Whether the text is of this way, as far as its beginning tells. */
    boolean isOf(String hash);

    /**
     * Whether the text is a hash of the password; compared in constant time.
     *
     * @throws UnusableHashException when it is malformed, or would take too long
     */
    boolean matches(String password, String hash);
}
