package dev.tidewatch.consumer;

import org.apache.kafka.common.TopicPartition;

/** A partition as one consumer group reads it. */
record GroupPartition(String groupId, TopicPartition partition) {
}
