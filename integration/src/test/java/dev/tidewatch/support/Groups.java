package dev.tidewatch.support;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** Topics and the offsets of consumer groups, through Kafka's admin client. */
public final class Groups implements AutoCloseable {

    private final Admin admin;

    public Groups(String brokers) {
        admin = Admin.create(Map.of("bootstrap.servers", brokers));
    }

    /** Creates a topic, and waits until its partitions have a leader. */
    public void createTopic(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        Awaitility.await().ignoreExceptions().until(() -> ends(topic) != null);
    }

    /** The committed offsets of a group. */
    public Map<TopicPartition, OffsetAndMetadata> committed(String group) throws ExecutionException, InterruptedException {
        return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    }

    /** The end offsets of the non-empty partitions of a topic. */
    public Map<TopicPartition, Long> ends(String topic) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()
                .forEach(partition -> latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(latest).all().get().forEach((partition, info) -> {
            if (info.offset() > 0) {
                ends.put(partition, info.offset());
            }
        });
        return ends;
    }

    /** Resets the offsets of an empty group to the beginning of a topic, as Kafka's command-line tool does. */
    public void resetToBeginning(String group, String topic) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        ends(topic).keySet().forEach(partition -> offsets.put(partition, new OffsetAndMetadata(0)));
        Awaitility.await().ignoreExceptions()
                .until(() -> admin.alterConsumerGroupOffsets(group, offsets).all().get() == null);
    }

    /** Whether a group has committed everything up to these ends. */
    public boolean isCommitted(String group, Map<TopicPartition, Long> ends) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = committed(group);
        return ends.entrySet().stream().allMatch(end -> committed.get(end.getKey()) != null
                && committed.get(end.getKey()).offset() >= end.getValue());
    }

    /** Waits until a group has committed all of a topic. */
    public void awaitEnd(String group, String topic) {
        Awaitility.await(group + " has read " + topic).pollInterval(Duration.ofMillis(50))
                .until(() -> isCommitted(group, ends(topic)));
    }

    @Override
    public void close() {
        admin.close();
    }
}
