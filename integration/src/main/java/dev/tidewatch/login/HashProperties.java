package dev.tidewatch.login;

import dev.tidewatch.settings.Limits;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The cost of a new password hash. A login upgrades a hash of lower cost. The defaults follow OWASP's Password Storage Cheat Sheet.
 *
 * @param memory       memory of Argon2id in KiB
 * @param iterations   passes of Argon2id over the memory
 * @param lanes        the degree of parallelism of Argon2id
 * @param useLibsodium whether the machine's libsodium computes hashes, if there is one; otherwise Bouncy Castle does
 */
@ConfigurationProperties("tidewatch.hash")
record HashProperties(int memory, int iterations, int lanes, boolean useLibsodium) {

    HashProperties {
        Limits.number("TIDEWATCH_HASH_MEMORY", memory, 7168, Argon2id.MOST_MEMORY_KIB);
        Limits.number("TIDEWATCH_HASH_ITERATIONS", iterations, 1, 99);
        Limits.number("TIDEWATCH_HASH_LANES", lanes, 1, 9);
        if ((long) memory * iterations > Argon2id.HIGHEST_COST) {
            throw Limits.unusable("TIDEWATCH_HASH_ITERATIONS", iterations,
                    "at most %d with this TIDEWATCH_HASH_MEMORY".formatted(Argon2id.HIGHEST_COST / memory));
        }
    }

    HashCost cost() {
        return new HashCost(memory, iterations, lanes);
    }
}
