package dev.tidewatch.login;

/**
 * When failed logins lock an account, and for how long: {@code lockSeconds} times the number of failures divided by {@code failures},
 * at most {@code longestSeconds}.
 *
 * @param failures       the number of consecutive failures that locks the account; each further failure locks it again
 * @param lockSeconds    the duration of the first lock
 * @param longestSeconds the maximum duration of a lock
 * @param keptSeconds    the failure count is reset this long after the last failure
 */
public record LockPolicy(int failures, long lockSeconds, long longestSeconds, long keptSeconds) {
}
