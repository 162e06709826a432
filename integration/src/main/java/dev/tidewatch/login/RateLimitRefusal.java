package dev.tidewatch.login;

/**
 * A login that the rate limit rejects.
 *
 * @param retryAfterSeconds seconds until the next permit; at least 1
 * @param isNews            whether to store an event; true once per network and reporting interval
 */
public record RateLimitRefusal(long retryAfterSeconds, boolean isNews) {
}
