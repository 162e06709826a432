package dev.tidewatch.consumer;

import dev.tidewatch.settings.Limits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the consumers.
 *
 * @param workers      threads of a source, each with its share of the partitions; 0 is one for each processor, but no more than
 *                     TIDEWATCH_TOPIC_PARTITIONS
 * @param stalledAfter how long a partition with records may stay at its offset before it is reported as stalled
 */
@ConfigurationProperties("tidewatch.consumer")
public record ConsumerProperties(int workers, Duration stalledAfter) {

    /**
     * Checks the values.
     *
     * @throws dev.tidewatch.settings.UnusableSettingException when one is outside its limits
     */
    public ConsumerProperties {
        Limits.number("TIDEWATCH_CONSUMER_WORKERS", workers, 0, 1000);
        Limits.duration("TIDEWATCH_CONSUMER_STALLED_AFTER", stalledAfter, Duration.ofSeconds(1), Limits.YEAR);
    }
}
