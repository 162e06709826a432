package dev.tidewatch.consumer;

import dev.tidewatch.settings.Limits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the consumers.
 *
 * @param stalledAfter how long a partition with records may stay at its offset before it is reported as stalled
 */
@ConfigurationProperties("tidewatch.consumer")
public record ConsumerProperties(Duration stalledAfter) {

    /**
     * Checks the values.
     *
     * @throws dev.tidewatch.settings.UnusableSettingException when one is outside its limits
     */
    public ConsumerProperties {
        Limits.duration("TIDEWATCH_CONSUMER_STALLED_AFTER", stalledAfter, Duration.ofSeconds(1), Limits.YEAR);
    }
}
