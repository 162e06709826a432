package dev.tidewatch.consumer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Returns the records of a poll as one record, whose value is the {@link Poll}: camel-kafka creates an exchange for each record. */
final class PolledConsumer extends KafkaConsumer<Object, Object> {

    PolledConsumer(Properties settings) {
        super(settings);
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        ConsumerRecords<Object, Object> records = super.poll(timeout);
        if (records.isEmpty()) {
            return records;
        }
        @SuppressWarnings({"unchecked", "rawtypes"})
        Poll poll = new Poll(this, (ConsumerRecords) records);
        PolledPartition first = poll.partitions().get(0);
        TopicPartition partition = first.partition();
        return new ConsumerRecords<>(
                Map.of(partition, List.of(new ConsumerRecord<>(partition.topic(), partition.partition(), first.firstOffset(), null, poll))),
                records.nextOffsets());
    }
}
