package dev.tidewatch.consumer;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.consumer.support.subcription.SubscribeAdapter;
import org.apache.camel.component.kafka.consumer.support.subcription.TopicInfo;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Subscribes the consumers of Camel's Kafka endpoints, and decides where each begins to read. Kafka applies
 * {@code auto.offset.reset=latest} to every partition without a valid offset, which loses records: those of a new partition, and those that
 * are left when Kafka has deleted the committed offset. Here {@code latest} concerns only a group that has never read the topic, and its
 * start is committed at once. Camel finds the bean by its name.
 */
@Component("subscribeAdapter")
class Subscriptions implements SubscribeAdapter {

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 100;

    private final Positions positions;
    private final ConsumerCounts counts;
    /** Camel creates, subscribes and polls a consumer on one thread. */
    private final ThreadLocal<Boolean> startsAtLatest = ThreadLocal.withInitial(() -> false);
    private final ThreadLocal<Consumer<?, ?>> subscribed = new ThreadLocal<>();

    Subscriptions(Positions positions, ConsumerCounts counts) {
        this.positions = positions;
        this.counts = counts;
    }

    /**
     * A factory for the component, whose consumers never reset their offsets to the end.
     *
     * @param factory creates the clients
     */
    KafkaClientFactory over(KafkaClientFactory factory) {
        return new KafkaClientFactory() {
            @Override
            @SuppressWarnings("rawtypes")
            public Consumer getConsumer(Properties settings) {
                startsAtLatest.set("latest".equals(settings.get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG)));
                Properties own = new Properties();
                own.putAll(settings);
                if (startsAtLatest.get()) {
                    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
                }
                return factory.getConsumer(own);
            }

            @Override
            @SuppressWarnings("rawtypes")
            public Producer getProducer(Properties settings) {
                return factory.getProducer(settings);
            }

            @Override
            public String getBrokers(KafkaConfiguration configuration) {
                return factory.getBrokers(configuration);
            }
        };
    }

    @Override
    public void subscribe(Consumer<?, ?> consumer, ConsumerRebalanceListener camel, TopicInfo topics) {
        subscribed.set(consumer);
        ConsumerRebalanceListener listener = new Assignments(consumer, startsAtLatest.get(), camel);
        if (topics.isPattern()) {
            consumer.subscribe(topics.getPattern(), listener);
        } else {
            consumer.subscribe(topics.getTopics(), listener);
        }
    }

    /** The subscription of the consumer that this thread polls. */
    Subscription ofThread() {
        Consumer<?, ?> consumer = subscribed.get();
        return new Subscription(consumer.groupMetadata().groupId(), consumer.subscription());
    }

    /** Sets the positions of assigned partitions. */
    private final class Assignments implements ConsumerRebalanceListener {

        private final Consumer<?, ?> consumer;
        private final boolean startsAtLatest;
        private final ConsumerRebalanceListener camel;

        Assignments(Consumer<?, ?> consumer, boolean startsAtLatest, ConsumerRebalanceListener camel) {
            this.consumer = consumer;
            this.startsAtLatest = startsAtLatest;
            this.camel = camel;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            camel.onPartitionsAssigned(partitions);
            try {
                begin(Set.copyOf(partitions));
            } catch (UnknownTopicOrPartitionException e) {
                // The next poll notices that too, and the partitions are assigned again. Until then Kafka's positions lose nothing.
                log.debug("{} was assigned a partition that no longer exists", consumer.groupMetadata().groupId(), e);
            }
        }

        private void begin(Set<TopicPartition> assigned) {
            Map<TopicPartition, OffsetAndMetadata> committed = committed(assigned);
            if (startsAtLatest) {
                assigned.stream().filter(partition -> !committed.containsKey(partition)).map(TopicPartition::topic)
                        .collect(Collectors.toSet()).forEach(topic -> startAtEnd(topic, assigned, committed));
            }
            Map<TopicPartition, Long> starts = ask(() -> consumer.beginningOffsets(committed.keySet(), TIMEOUT));
            Map<TopicPartition, Long> ends = ask(() -> consumer.endOffsets(committed.keySet(), TIMEOUT));
            for (TopicPartition partition : assigned) {
                GroupPartition source = new GroupPartition(consumer.groupMetadata().groupId(), partition);
                OffsetAndMetadata offset = committed.get(partition);
                positions.assigned(source, offset == null ? ask(() -> consumer.position(partition, TIMEOUT))
                        : position(source, offset, starts.get(partition), ends.get(partition)));
            }
        }

        /** The offset to begin at, for a committed offset. */
        private long position(GroupPartition source, OffsetAndMetadata committed, long start, long end) {
            if (committed.offset() < start) {
                counts.skipped(source, committed.offset(), start);
                // Otherwise the next assignment reports them again while no record arrives.
                commit(Map.of(source.partition(), new OffsetAndMetadata(start, committed.metadata())));
                return start;
            }
            if (committed.offset() > end) {
                log.warn("{} reads {} from its beginning at offset {}: the committed offset {} is beyond the end of the partition",
                        source.groupId(), source.partition(), start, committed.offset());
                // The metadata belongs to records of another log. Records that arrive now must not reach the committed offset unread.
                consumer.seek(source.partition(), start);
                commit(Map.of(source.partition(), new OffsetAndMetadata(start)));
                return start;
            }
            return committed.offset();
        }

        private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            ask(() -> {
                consumer.commitSync(offsets, TIMEOUT);
                return null;
            });
        }

        /** Starts a group at the end of a topic, if it is new there. */
        private void startAtEnd(String topic, Set<TopicPartition> assigned, Map<TopicPartition, OffsetAndMetadata> committed) {
            Set<TopicPartition> all = ask(() -> consumer.partitionsFor(topic, TIMEOUT)).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition())).collect(Collectors.toCollection(HashSet::new));
            // The member that assigns the partitions may know more of them than this one.
            assigned.stream().filter(partition -> partition.topic().equals(topic)).forEach(all::add);
            if (positions.hasRead(consumer.groupMetadata().groupId(), topic) || isStarted(all, assigned)) {
                committed(assigned).forEach(committed::putIfAbsent);
                return;
            }
            Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
            ask(() -> consumer.endOffsets(all, TIMEOUT)).forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end)));
            // All partitions: other instances of the group, and later starts, continue from here.
            commit(ends);
            ends.keySet().retainAll(assigned);
            ends.forEach(consumer::seek);
            committed.putAll(ends);
        }

        /**
         * Whether the group has committed an offset of a topic. Instances that start together are assigned partitions at the same time. The
         * one with the first partition starts the group, and the others wait for it: otherwise one would commit the ends again while
         * another handles records before them.
         */
        private boolean isStarted(Set<TopicPartition> partitions, Set<TopicPartition> assigned) {
            TopicPartition first = Collections.min(partitions, Comparator.comparing(TopicPartition::partition));
            long end = System.nanoTime() + TIMEOUT.toNanos();
            while (committed(partitions).isEmpty()) {
                if (assigned.contains(first) || System.nanoTime() - end > 0) {
                    return false;
                }
                Utils.sleep(PAUSE_MILLIS);
            }
            return true;
        }

        private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(ask(() -> consumer.committed(partitions, TIMEOUT)));
            committed.values().removeIf(Objects::isNull);
            return committed;
        }

        /**
         * Retries until the broker answers: without an answer, the consumer would begin at the wrong offset.
         *
         * @throws UnknownTopicOrPartitionException when an assigned partition no longer exists, so that there will be no answer
         */
        private <T> T ask(Supplier<T> question) {
            while (true) {
                try {
                    return question.get();
                } catch (RetriableException e) {
                    log.debug("No broker returned the offsets of {}", consumer.groupMetadata().groupId(), e);
                    requireAssignedPartitions();
                }
            }
        }

        private void requireAssignedPartitions() {
            for (TopicPartition assigned : consumer.assignment()) {
                try {
                    if (consumer.partitionsFor(assigned.topic(), TIMEOUT).stream()
                            .noneMatch(partition -> partition.partition() == assigned.partition())) {
                        throw new UnknownTopicOrPartitionException(assigned + " does not exist");
                    }
                } catch (TimeoutException e) {
                    log.debug("No broker returned the partitions of {}", assigned.topic(), e);
                    return;
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            camel.onPartitionsRevoked(partitions);
            partitions.forEach(this::revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            camel.onPartitionsLost(partitions);
            partitions.forEach(this::revoked);
        }

        private void revoked(TopicPartition partition) {
            positions.revoked(new GroupPartition(consumer.groupMetadata().groupId(), partition));
        }
    }
}
