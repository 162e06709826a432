package dev.tidewatch.consumer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What one poll brought of one partition: the unit in which records are recognised, handled and committed.
 * Belongs to the thread of its Kafka consumer.
 */
public final class Poll {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<?, ?> consumer;
    private final TopicPartition partition;
    private final String groupId;
    private final List<ConsumedRecord> records = new ArrayList<>();
    private Polls.Progress progress;
    private String metadata = "";
    private Runnable whenCommitted;
    private ConsumedRecord current;
    private boolean failed;

    Poll(Consumer<?, ?> consumer, TopicPartition partition) {
        this.consumer = consumer;
        this.partition = partition;
        this.groupId = consumer.groupMetadata().groupId();
    }

    boolean isOf(Consumer<?, ?> consumer, TopicPartition partition) {
        return this.consumer == consumer && this.partition.equals(partition);
    }

    void add(ConsumedRecord record) {
        records.add(record);
    }

    public String groupId() {
        return groupId;
    }

    public TopicPartition partition() {
        return partition;
    }

    /** All records, in the order of their offsets; at least one. */
    public List<ConsumedRecord> records() {
        return records;
    }

    /** The records that remain to be handled, in the order of their offsets. */
    public List<ConsumedRecord> pending() {
        List<ConsumedRecord> pending = new ArrayList<>(records.size());
        for (ConsumedRecord record : records) {
            if (!record.isDone() && !record.isDuplicate()) {
                pending.add(record);
            }
        }
        return pending;
    }

    /** Notes that a record is being handled. */
    void handle(ConsumedRecord record) {
        current = record;
    }

    /** Notes that the record that was being handled is, for good; not when an earlier one failed. */
    void handled() {
        if (!failed) {
            current.markDone();
        }
    }

    /** Notes that the record that was being handled has to be handled again, and with it those after it. */
    void fail() {
        failed = true;
    }

    boolean hasFailed() {
        return failed;
    }

    public long firstOffset() {
        return records.get(0).origin().offset();
    }

    /** The offset after the last record, which a commit names. */
    public long nextOffset() {
        return records.get(records.size() - 1).origin().offset() + 1;
    }

    /** What the group committed for the partition, with its metadata; null when nothing. Asks the broker. */
    public OffsetAndMetadata committed() {
        return consumer.committed(Set.of(partition), TIMEOUT).get(partition);
    }

    /**
     * What is kept with the committed offset.
     *
     * @param metadata      at most 4096 bytes
     * @param whenCommitted called when the broker has it
     */
    public void keepWithOffset(String metadata, Runnable whenCommitted) {
        this.metadata = metadata;
        this.whenCommitted = whenCommitted;
    }

    /** Whether something is to be kept with the committed offset. */
    public boolean keepsSomething() {
        return whenCommitted != null;
    }

    /** Takes what was known of its partition before. */
    void continues(Polls.Progress progress) {
        this.progress = progress;
    }

    Polls.Progress progress() {
        return progress;
    }

    /** Makes the consumer read the records again, unless the partition has gone to another one. */
    void rewind() {
        if (consumer.assignment().contains(partition)) {
            consumer.seek(partition, firstOffset());
        }
    }

    void commitOffset() {
        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(nextOffset(), metadata)), TIMEOUT);
        if (whenCommitted != null) {
            whenCommitted.run();
        }
    }
}
