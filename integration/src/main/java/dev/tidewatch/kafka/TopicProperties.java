package dev.tidewatch.kafka;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the topics that Tidewatch creates.
 *
 * @param partitions          the partitions of a topic that Tidewatch creates
 * @param replication         the replication factor of a topic that Tidewatch creates
 * @param retention           how long Kafka keeps the records of a topic that Tidewatch creates
 * @param deadLetterRetention how long Kafka keeps the records of a dead-letter topic that Tidewatch creates
 * @param maxMessageBytes     the largest record in bytes; TiCDC gets the same limit
 */
@ConfigurationProperties("tidewatch.topics")
public record TopicProperties(int partitions, short replication, Duration retention, Duration deadLetterRetention, int maxMessageBytes) {
}
