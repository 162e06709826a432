package dev.tidewatch.deadletters;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of dead letters.
 *
 * @param lookedAt   the most records of a partition that a list reads, newest first
 * @param maxReplays how often a record may be replayed
 */
@ConfigurationProperties("tidewatch.dead-letters")
record DeadLetterProperties(int lookedAt, int maxReplays) {
}
