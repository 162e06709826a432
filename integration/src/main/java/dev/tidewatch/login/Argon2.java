package dev.tidewatch.login;

/** An implementation of Argon2id, version 19 (RFC 9106). All implementations compute the same hashes. */
interface Argon2 {

    /**
     * Fills {@code hash} with the hash of a password.
     *
     * @param password the bytes of the password; the caller overwrites them
     */
    void compute(byte[] password, byte[] salt, HashCost cost, byte[] hash);

    /** The name for the line that Tidewatch is ready. */
    String name();
}
