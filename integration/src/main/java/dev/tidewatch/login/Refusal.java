package dev.tidewatch.login;

/**
 * A network has no login left.
 *
 * @param retryAfterSeconds after how many seconds there will be one; 1 at least
 * @param isNews            whether to leave an event, which is so once in a while
 */
public record Refusal(long retryAfterSeconds, boolean isNews) {
}
