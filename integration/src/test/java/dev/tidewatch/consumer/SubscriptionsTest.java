package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.consumer.support.subcription.TopicInfo;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {

    private static final TopicPartition FIRST = new TopicPartition("user-events", 0);
    private static final TopicPartition SECOND = new TopicPartition("user-events", 1);

    private final ConsumerCounts counts = new ConsumerCounts(new SimpleMeterRegistry());
    private final Positions positions = new Positions(counts);
    private final Subscriptions subscriptions = new Subscriptions(positions, counts);
    private final Assigned consumer = new Assigned();

    /** A consumer whose partitions may have disappeared. */
    private static class Assigned extends MockConsumer<byte[], byte[]> {

        private boolean hasAnswer = true;
        /** The committed offsets; {@link MockConsumer} forgets them at an assignment. */
        private final Map<TopicPartition, OffsetAndMetadata> stored = new HashMap<>();
        /** What another member of the group commits after the first look at the committed offsets of all partitions. */
        private final Map<TopicPartition, OffsetAndMetadata> ofOther = new HashMap<>();
        private final List<Map<TopicPartition, OffsetAndMetadata>> commits = new ArrayList<>();

        Assigned() {
            super("earliest");
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            if (!hasAnswer) {
                throw new TimeoutException("no answer");
            }
            return super.position(partition, timeout);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout) {
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(stored);
            committed.keySet().retainAll(partitions);
            if (partitions.size() > 1) {
                stored.putAll(ofOther);
            }
            return committed;
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            commits.add(Map.copyOf(offsets));
            stored.putAll(offsets);
        }
    }

    /** Camel's listener is not under test. */
    private static final class Ignored implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        }
    }

    @Test
    void doesNotWaitForAPartitionThatNoLongerExists() {
        exists(FIRST);
        consumer.hasAnswer = false;

        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assign(FIRST, SECOND));

        consumer.hasAnswer = true;
        exists(FIRST, SECOND);
        assign(FIRST, SECOND);
        assertThat(consumer.position(FIRST)).isZero();
    }

    @Test
    void startsANewGroupAtTheEndOfAllPartitions() {
        createFromLatest();
        assign(FIRST);

        assertThat(consumer.commits).containsExactly(Map.of(FIRST, new OffsetAndMetadata(10), SECOND, new OffsetAndMetadata(20)));
        assertThat(consumer.position(FIRST)).isEqualTo(10);
    }

    @Test
    void leavesTheStartToTheMemberWithTheFirstPartition() {
        createFromLatest();
        consumer.ofOther.putAll(Map.of(FIRST, new OffsetAndMetadata(7), SECOND, new OffsetAndMetadata(18)));
        assign(SECOND);

        assertThat(consumer.commits).as("the other member handles the records from its end on").isEmpty();
        assertThat(positions.next(new GroupPartition(consumer.groupMetadata().groupId(), SECOND))).isEqualTo(18);
    }

    @Test
    void startsTheGroupIfNoOtherMemberDoes() {
        createFromLatest();
        assign(SECOND);

        assertThat(consumer.position(SECOND)).isEqualTo(20);
    }

    @Test
    void reportsRecordsThatKafkaDeletedUnreadOnce() {
        exists(FIRST, SECOND);
        consumer.stored.putAll(Map.of(FIRST, new OffsetAndMetadata(2, "watermark")));
        consumer.updateBeginningOffsets(Map.of(FIRST, 10L));

        assign(FIRST);
        assign(FIRST);

        assertThat(counts.counts(consumer.groupMetadata().groupId(), List.of(FIRST.topic())).skippedRecords()).isEqualTo(8);
        assertThat(consumer.commits).containsExactly(Map.of(FIRST, new OffsetAndMetadata(10, "watermark")));
    }

    @Test
    void readsFromTheStartWhenTheCommittedOffsetIsBeyondTheEnd() {
        exists(FIRST, SECOND);
        consumer.stored.putAll(Map.of(FIRST, new OffsetAndMetadata(50, "watermark")));

        assign(FIRST);

        assertThat(consumer.position(FIRST)).isZero();
        assertThat(consumer.commits).containsExactly(Map.of(FIRST, new OffsetAndMetadata(0)));
    }

    @Test
    void replacesOnlyLatestAsTheResetOfOffsets() {
        assertThat(create("latest")).containsEntry("auto.offset.reset", "earliest");
        assertThat(create("none")).containsEntry("auto.offset.reset", "none");
        assertThat(create("by_duration:PT1H")).containsEntry("auto.offset.reset", "by_duration:PT1H");
    }

    /** Creates a consumer as Camel does before it subscribes it; returns the settings that Kafka gets. */
    private Properties create(String reset) {
        Properties created = new Properties();
        Properties settings = new Properties();
        settings.put("auto.offset.reset", reset);
        subscriptions.over(new DefaultKafkaClientFactory() {
            @Override
            @SuppressWarnings("rawtypes")
            public Consumer getConsumer(Properties properties) {
                created.putAll(properties);
                return consumer;
            }
        }).getConsumer(settings);
        return created;
    }

    private void createFromLatest() {
        exists(FIRST, SECOND);
        create("latest");
    }

    private void assign(TopicPartition... partitions) {
        subscriptions.subscribe(consumer, new Ignored(), new TopicInfo(null, FIRST.topic()));
        consumer.rebalance(List.of());
        consumer.rebalance(List.of(partitions));
    }

    private void exists(TopicPartition... partitions) {
        consumer.updatePartitions(FIRST.topic(), Arrays.stream(partitions)
                .map(partition -> new PartitionInfo(partition.topic(), partition.partition(), null, null, null)).toList());
        consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
        consumer.updateEndOffsets(Map.of(FIRST, 10L, SECOND, 20L));
    }
}
