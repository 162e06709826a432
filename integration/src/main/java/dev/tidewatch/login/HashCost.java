package dev.tidewatch.login;

/**
 * The cost parameters of an Argon2id hash.
 *
 * @param memoryKib  memory in KiB
 * @param iterations passes over the memory
 * @param lanes      the degree of parallelism; here the lanes run one after another
 */
record HashCost(int memoryKib, int iterations, int lanes) {
}
