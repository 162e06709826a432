package dev.tidewatch.login;

/** A password hashing scheme. */
interface PasswordHash {

    /** Whether the prefix of the hash is the one of this scheme. */
    boolean isOf(String hash);

    /**
     * Verifies a password against a hash, in constant time.
     *
     * @throws UnusableHashException if the hash is malformed or too expensive to verify
     */
    boolean matches(String password, String hash);

    /**
     * Whether the scheme reads the whole password. If it ignores a part, such as what follows byte 72, that part is not verified and must
     * not enter a hash of another scheme.
     */
    boolean readsAllOf(String password);
}
