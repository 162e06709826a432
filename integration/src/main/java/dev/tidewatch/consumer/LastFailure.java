package dev.tidewatch.consumer;

import java.time.Instant;

/**
 * The last failure of a consumer that led to a retry or a dead letter.
 *
 * @param reason without data
 */
public record LastFailure(Instant time, String reason) {
}
