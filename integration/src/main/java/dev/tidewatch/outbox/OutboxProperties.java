package dev.tidewatch.outbox;

import dev.tidewatch.settings.Limits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the outbox relay.
 *
 * @param batchSize      the most events that one transaction publishes; consumers remember 1,000 events of a partition
 * @param publishTimeout how long the relay waits for Kafka and thus holds its locks at most; shorter than
 *                       {@code camel.main.shutdown-timeout}
 */
@ConfigurationProperties("outbox")
record OutboxProperties(int batchSize, Duration publishTimeout) {

    OutboxProperties {
        Limits.number("outbox.batch-size", batchSize, 1, 1_000);
        Limits.duration("outbox.publish-timeout", publishTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
    }
}
