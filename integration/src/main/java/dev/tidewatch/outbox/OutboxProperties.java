package dev.tidewatch.outbox;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the outbox relay.
 *
 * @param batchSize      the most events that one transaction publishes
 * @param publishTimeout how long the relay waits for Kafka and thus holds its locks at most; shorter than
 *                       {@code camel.main.shutdown-timeout}
 */
@ConfigurationProperties("outbox")
record OutboxProperties(int batchSize, Duration publishTimeout) {
}
