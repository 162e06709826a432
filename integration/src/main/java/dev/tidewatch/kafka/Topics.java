package dev.tidewatch.kafka;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Creates the topics that the application reads and writes, with the partitions, replication and retention of the configuration. */
@Component("topics")
public class Topics {

    private static final Logger log = LoggerFactory.getLogger(Topics.class);

    /** A dead letter is the record with more headers. */
    private static final int DEAD_LETTER_HEADERS_BYTES = 64 * 1024;

    private static final String DEAD_LETTERS = ".dlq";

    private final CamelContext camel;
    private final Brokers brokers;
    private final TopicNames names;
    private final TopicProperties settings;
    /** What has been logged, so that it is logged once. */
    private final Set<String> reported = new HashSet<>();

    Topics(CamelContext camel, Brokers brokers, TopicNames names, TopicProperties settings) {
        this.camel = camel;
        this.brokers = brokers;
        this.names = names;
        this.settings = settings;
    }

    /** The dead-letter topic of a topic. */
    public static String deadLetterTopic(String topic) {
        return topic + DEAD_LETTERS;
    }

    /** The topic of a dead-letter topic. */
    public static String originOf(String deadLetterTopic) {
        return deadLetterTopic.substring(0, deadLetterTopic.length() - DEAD_LETTERS.length());
    }

    /** The topics that the application's routes and the users' routes read with a source Kamelet. Each has a dead-letter topic. */
    public List<String> consumed() {
        return Stream.concat(names.all().stream(), camel.getRoutes().stream().filter(Route::isCreatedByKamelet)
                .map(Route::getEndpoint).filter(KafkaEndpoint.class::isInstance)
                .map(endpoint -> ((KafkaEndpoint) endpoint).getConfiguration().getTopic()).sorted()).distinct().toList();
    }

    /**
     * The topics on the brokers that have the name of a dead-letter topic, in alphabetical order; other programs may own some of them.
     *
     * @throws KafkaException when no broker answers within five seconds
     */
    public List<String> withNameOfDeadLetterTopic() {
        try {
            return brokers.admin().listTopics().names().get().stream().filter(topic -> topic.endsWith(DEAD_LETTERS)).sorted().toList();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The id of a topic, which differs after the topic was recreated; empty when there is no such topic or no broker answers. */
    public Optional<Uuid> id(String topic) {
        try {
            return Optional.of(brokers.admin().describeTopics(List.of(topic)).allTopicNames().get().get(topic).topicId());
        } catch (ExecutionException | KafkaException e) {
            log.debug("The id of {} is unknown", topic, e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Creates the dead-letter topic of a topic, unless it exists. */
    public synchronized void createDeadLetterTopic(String topic) throws InterruptedException {
        create(newDeadLetterTopic(topic));
    }

    /**
     * Creates the missing topics of the application, and missing dead-letter topics. A topic with another number of partitions is used as
     * it is; partitions are added to it if that is configured. Logs a warning when a topic cannot be created; the next call retries.
     */
    public synchronized void create() throws InterruptedException {
        Map<String, NewTopic> wanted = new LinkedHashMap<>();
        names.all().forEach(topic -> wanted.put(topic, newTopic(topic, settings.retention(), settings.maxMessageBytes())));
        consumed().forEach(topic -> wanted.put(deadLetterTopic(topic), newDeadLetterTopic(topic)));
        try {
            for (Map.Entry<String, KafkaFuture<TopicDescription>> topic
                    : brokers.admin().describeTopics(wanted.keySet()).topicNameValues().entrySet()) {
                String name = topic.getKey();
                try {
                    use(topic.getValue().get());
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                        create(wanted.get(name));
                    } else {
                        report(name, e.getCause());
                    }
                }
            }
        } catch (KafkaException e) {
            // The client cannot be built: a broker's name does not resolve. Brokers.watch() reports it.
            log.debug("Cannot create the topics", e);
        }
    }

    private NewTopic newDeadLetterTopic(String topic) {
        return newTopic(deadLetterTopic(topic), settings.deadLetterRetention(), settings.maxMessageBytes() + DEAD_LETTER_HEADERS_BYTES);
    }

    private NewTopic newTopic(String name, Duration retained, int maxBytes) {
        return new NewTopic(name, settings.partitions(), settings.replication()).configs(Map.of(
                TopicConfig.RETENTION_MS_CONFIG, String.valueOf(retained.toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(maxBytes)));
    }

    private void create(NewTopic topic) throws InterruptedException {
        try {
            brokers.admin().createTopics(List.of(topic)).all().get();
            log.info("Created topic {}", topic.name());
            reported.removeIf(line -> line.startsWith(topic.name() + ' '));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                report(topic.name(), e.getCause());
            }
        }
    }

    private void use(TopicDescription topic) throws InterruptedException {
        int partitions = topic.partitions().size();
        if (partitions < settings.partitions() && settings.addPartitions()) {
            addPartitions(topic.name());
        } else if (partitions != settings.partitions() && reported.add(topic.name() + " has " + partitions)) {
            log.info("Topic {} has {} partitions and is used as it is; {} are configured{}", topic.name(), partitions,
                    settings.partitions(), partitions > settings.partitions() ? ""
                            : ". Set TIDEWATCH_TOPIC_ADD_PARTITIONS=true to add partitions");
        }
    }

    private void addPartitions(String topic) throws InterruptedException {
        try {
            brokers.admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(settings.partitions()))).all().get();
            log.info("Added partitions to topic {}; it has {} now", topic, settings.partitions());
        } catch (ExecutionException e) {
            // Another instance was faster.
            if (!(e.getCause() instanceof InvalidPartitionsException)) {
                report(topic, e.getCause());
            }
        }
    }

    private void report(String topic, Throwable failure) {
        // Brokers.watch() reports failed authentication and unreachable brokers.
        if (!(failure instanceof AuthenticationException) && brokers.areReachable()
                && reported.add(topic + " failed with " + failure.getClass().getName())) {
            log.warn("Cannot create topic {}, or add partitions to it; retrying every ten seconds: {}", topic,
                    failure.getClass().getName());
        }
    }
}
