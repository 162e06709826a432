package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.kafka.consumer.support.subcription.TopicInfo;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {

    private static final TopicPartition FIRST = new TopicPartition("user-events", 0);
    private static final TopicPartition SECOND = new TopicPartition("user-events", 1);

    private final Subscriptions subscriptions = new Subscriptions(new Consumers(new SimpleMeterRegistry()));
    private final Assigned consumer = new Assigned();

    /** A consumer whose partitions may have disappeared. */
    private static class Assigned extends MockConsumer<byte[], byte[]> {

        private boolean hasAnswer = true;

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

    private void assign(TopicPartition... partitions) {
        subscriptions.subscribe(consumer, new Ignored(), new TopicInfo(null, FIRST.topic()));
        consumer.rebalance(List.of(partitions));
    }

    private void exists(TopicPartition... partitions) {
        consumer.updatePartitions(FIRST.topic(), Arrays.stream(partitions)
                .map(partition -> new PartitionInfo(partition.topic(), partition.partition(), null, null, null)).toList());
        consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
        consumer.updateEndOffsets(Map.of(FIRST, 10L, SECOND, 20L));
    }
}
