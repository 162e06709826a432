package dev.tidewatch.consumer;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the consumers.
 *
 * @param stalledAfter how long a partition with records may stay at its offset before it is reported as stalled
 */
@ConfigurationProperties("tidewatch.consumer")
public record ConsumerProperties(Duration stalledAfter) {
}
