package dev.tidewatch.deadletters;

import dev.tidewatch.settings.Limits;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of dead letters.
 *
 * @param lookedAt   the most records of a partition that a list reads, newest first
 * @param maxReplays how often a record may be replayed
 */
@ConfigurationProperties("tidewatch.dead-letters")
record DeadLetterProperties(int lookedAt, int maxReplays) {

    DeadLetterProperties {
        Limits.number("tidewatch.dead-letters.looked-at", lookedAt, 1, 100_000);
        Limits.number("TIDEWATCH_DEAD_LETTER_REPLAYS", maxReplays, 0, 1000);
    }
}
