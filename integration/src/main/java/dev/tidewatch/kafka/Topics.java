package dev.tidewatch.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Creates the topics that the application reads and writes, with the partitions, replication and retention of the configuration. */
@Component("topics")
public class Topics {

    private static final Logger log = LoggerFactory.getLogger(Topics.class);

    /** A dead letter is the record with more headers. */
    private static final int DEAD_LETTER_HEADERS_BYTES = 64 * 1024;

    private final Brokers brokers;
    private final TopicNames names;
    private final TopicProperties settings;

    Topics(Brokers brokers, TopicNames names, TopicProperties settings) {
        this.brokers = brokers;
        this.names = names;
        this.settings = settings;
    }

    /** The dead-letter topic of a topic. */
    public static String deadLetterTopic(String topic) {
        return topic + ".dlq";
    }

    /** The topics that the application consumes. Each has a dead-letter topic. */
    public List<String> consumed() {
        return names.all();
    }

    /** Creates missing topics. Logs a warning when a topic cannot be created; the next call retries. */
    public void create() throws InterruptedException {
        Map<String, KafkaFuture<Void>> created = brokers.admin().createTopics(consumed().stream().flatMap(topic -> Stream.of(
                topic(topic, settings.retention(), settings.maxMessageBytes()),
                topic(deadLetterTopic(topic), settings.deadLetterRetention(),
                        settings.maxMessageBytes() + DEAD_LETTER_HEADERS_BYTES))).toList()).values();
        for (Map.Entry<String, KafkaFuture<Void>> topic : created.entrySet()) {
            try {
                topic.getValue().get();
                log.info("Created topic {}", topic.getKey());
            } catch (ExecutionException e) {
                // Brokers.watch() reports failed authentication.
                if (!(e.getCause() instanceof TopicExistsException || e.getCause() instanceof AuthenticationException)) {
                    log.warn("Cannot create topic {}, retrying in one minute: {}", topic.getKey(), e.getCause().getMessage());
                }
            }
        }
    }

    private NewTopic topic(String name, Duration retained, int maxBytes) {
        return new NewTopic(name, settings.partitions(), settings.replication()).configs(Map.of(
                TopicConfig.RETENTION_MS_CONFIG, String.valueOf(retained.toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(maxBytes)));
    }
}
