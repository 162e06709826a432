package dev.tidewatch.consumer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka holds of the topics that consumer groups read, and what the groups have committed. Topics and groups that Kafka does not know
 * or denies are missing.
 *
 * @param partitions the partitions of each topic
 * @param starts     the offset of the first record that Kafka still has
 * @param ends       the offset after the last record
 * @param committed  the committed offsets of each group
 */
record GroupOffsets(Map<String, List<TopicPartition>> partitions, Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends,
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed) {

    private static final Logger log = LoggerFactory.getLogger(GroupOffsets.class);

    /**
     * Asks the broker.
     *
     * @throws TimeoutException when no broker answers
     */
    static GroupOffsets read(Admin admin, Collection<String> groups, Collection<String> topics) throws InterruptedException {
        Map<String, List<TopicPartition>> partitions = new HashMap<>();
        Map<TopicPartition, OffsetSpec> first = new HashMap<>();
        Map<TopicPartition, OffsetSpec> last = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : admin.describeTopics(topics).topicNameValues().entrySet()) {
            List<TopicPartition> found = new ArrayList<>();
            answer(topic.getValue()).ifPresent(description -> description.partitions()
                    .forEach(partition -> found.add(new TopicPartition(topic.getKey(), partition.partition()))));
            partitions.put(topic.getKey(), found);
            for (TopicPartition partition : found) {
                first.put(partition, OffsetSpec.earliest());
                last.put(partition, OffsetSpec.latest());
            }
        }
        Map<String, ListConsumerGroupOffsetsSpec> ofGroups = new HashMap<>();
        groups.forEach(group -> ofGroups.put(group, new ListConsumerGroupOffsetsSpec()));
        ListOffsetsResult starts = admin.listOffsets(first);
        ListOffsetsResult ends = admin.listOffsets(last);
        ListConsumerGroupOffsetsResult offsets = admin.listConsumerGroupOffsets(ofGroups);
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = new HashMap<>();
        for (String group : ofGroups.keySet()) {
            answer(offsets.partitionsToOffsetAndMetadata(group)).ifPresent(answer -> committed.put(group, answer));
        }
        return new GroupOffsets(partitions, offsets(starts, first.keySet()), offsets(ends, last.keySet()), committed);
    }

    private static Map<TopicPartition, Long> offsets(ListOffsetsResult result, Collection<TopicPartition> partitions)
            throws InterruptedException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            answer(result.partitionResult(partition)).map(ListOffsetsResultInfo::offset)
                    .ifPresent(offset -> offsets.put(partition, offset));
        }
        return offsets;
    }

    private static <T> Optional<T> answer(KafkaFuture<T> future) throws InterruptedException {
        try {
            return Optional.of(future.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException || e.getCause() instanceof DisconnectException) {
                throw new TimeoutException("Kafka does not answer", e.getCause());
            }
            log.debug("Kafka does not return offsets", e);
            return Optional.empty();
        }
    }
}
