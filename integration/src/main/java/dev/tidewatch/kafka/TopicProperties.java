package dev.tidewatch.kafka;

import dev.tidewatch.settings.Limits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the topics that Tidewatch creates.
 *
 * @param partitions          the partitions of a topic that Tidewatch creates
 * @param addPartitions       whether partitions are added to an existing topic that has fewer. The records of a key may then move to
 *                            another partition, so that older ones are handled after newer ones. By default the topic is used as it is
 * @param replication         the replication factor of a topic that Tidewatch creates
 * @param retention           how long Kafka keeps the records of a topic that Tidewatch creates
 * @param deadLetterRetention how long Kafka keeps the records of a dead-letter topic that Tidewatch creates
 * @param maxMessageBytes     the largest record in bytes; TiCDC gets the same limit
 */
@ConfigurationProperties("tidewatch.topics")
public record TopicProperties(int partitions, boolean addPartitions, short replication, Duration retention, Duration deadLetterRetention,
        int maxMessageBytes) {

    private static final Duration SHORTEST = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /**
     * Checks the values.
     *
     * @throws dev.tidewatch.settings.UnusableSettingException when one is outside its limits
     */
    public TopicProperties {
        Limits.number("TIDEWATCH_TOPIC_PARTITIONS", partitions, 1, 10_000);
        Limits.number("TIDEWATCH_TOPIC_REPLICATION", replication, 1, 100);
        Limits.duration("TIDEWATCH_TOPIC_RETENTION", retention, SHORTEST, LONGEST);
        Limits.duration("TIDEWATCH_DEAD_LETTER_RETENTION", deadLetterRetention, SHORTEST, LONGEST);
        Limits.number("tidewatch.topics.max-message-bytes", maxMessageBytes, 1024, 1024 * 1024 * 1024);
    }
}
