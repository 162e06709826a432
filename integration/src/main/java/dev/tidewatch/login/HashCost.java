package dev.tidewatch.login;

/**
 * What a hash of Argon2id costs.
 *
 * @param memoryKib  in KiB
 * @param iterations passes over the memory
 * @param lanes      threads that an attacker may use; here they run one after another
 */
record HashCost(int memoryKib, int iterations, int lanes) {

    /** That of application.yaml. */
    static final HashCost DEFAULT = new HashCost(19456, 2, 1);
}
