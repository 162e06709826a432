package dev.tidewatch.login;

/**
 * When failed logins lock an account, and for how long: {@code lockSeconds} as often as {@code failures} goes into their number,
 * {@code longestSeconds} at most.
 *
 * @param failures       so many failures in a row lock the account; each further one does, too
 * @param lockSeconds    how long at first
 * @param longestSeconds how long at most
 * @param keptSeconds    failures are forgotten when so much time has passed since the last one
 */
public record LockPolicy(int failures, long lockSeconds, long longestSeconds, long keptSeconds) {
}
