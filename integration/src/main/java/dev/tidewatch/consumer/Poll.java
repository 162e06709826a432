package dev.tidewatch.consumer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The records of one partition that one poll returned: the unit of deduplication, retries and commits.
 * Confined to the thread of its Kafka consumer.
 */
public final class Poll {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<?, ?> consumer;
    private final GroupPartition source;
    private final List<ConsumedRecord> records = new ArrayList<>();
    private Polls.Progress progress;
    private String metadata = "";
    private Runnable afterCommit = () -> { };
    private ConsumedRecord current;
    private boolean failed;
    private boolean reset;
    private long lateChanges;
    private long refusedWatermarks;

    Poll(Consumer<?, ?> consumer, TopicPartition partition) {
        this.consumer = consumer;
        this.source = new GroupPartition(consumer.groupMetadata().groupId(), partition);
    }

    boolean isFrom(Consumer<?, ?> consumer, TopicPartition partition) {
        return this.consumer == consumer && partition().equals(partition);
    }

    void add(ConsumedRecord record) {
        records.add(record);
    }

    GroupPartition source() {
        return source;
    }

    public String groupId() {
        return source.groupId();
    }

    public TopicPartition partition() {
        return source.partition();
    }

    Subscription subscription() {
        return new Subscription(groupId(), consumer.subscription());
    }

    /** All records in offset order; at least one. */
    public List<ConsumedRecord> records() {
        return records;
    }

    /** The records that are still to be handled, in offset order. */
    public List<ConsumedRecord> pending() {
        List<ConsumedRecord> pending = new ArrayList<>(records.size());
        for (ConsumedRecord record : records) {
            if (record.isPending()) {
                pending.add(record);
            }
        }
        return pending;
    }

    /** Makes a record the current one. */
    void begin(ConsumedRecord record) {
        current = record;
    }

    /** Marks the current record as done, unless an earlier record failed. */
    void succeed() {
        if (!failed) {
            current.markDone();
        }
    }

    /** Leaves the current record and all later ones to the next attempt. */
    void fail() {
        failed = true;
    }

    boolean hasFailed() {
        return failed;
    }

    public long firstOffset() {
        return records.get(0).origin().offset();
    }

    /** The offset to commit: the one after the last record. */
    public long nextOffset() {
        return records.get(records.size() - 1).origin().offset() + 1;
    }

    /** The offset of the first record that the partition still has. Asks the broker. */
    long startOffset() {
        return consumer.beginningOffsets(Set.of(partition()), TIMEOUT).get(partition());
    }

    /** The offset after the last record of the partition. Asks the broker. */
    long endOffset() {
        return consumer.endOffsets(Set.of(partition()), TIMEOUT).get(partition());
    }

    void setReset(boolean reset) {
        this.reset = reset;
    }

    /** Whether the consumer jumped back, because the partition does not have the offset that it was to read. */
    boolean isReset() {
        return reset;
    }

    void setLateChanges(long lateChanges) {
        this.lateChanges = lateChanges;
    }

    /** The number of changes that are older than the watermark and no duplicates. */
    long lateChanges() {
        return lateChanges;
    }

    /** Counts a watermark that is not applied, because it cannot be true. */
    void countRefusedWatermark() {
        refusedWatermarks++;
    }

    long refusedWatermarks() {
        return refusedWatermarks;
    }

    /** The offset and metadata that the group has committed for the partition; null when there are none. Asks the broker. */
    public OffsetAndMetadata committed() {
        return consumer.committed(Set.of(partition()), TIMEOUT).get(partition());
    }

    /**
     * Sets the metadata to commit with the offset.
     *
     * @param metadata    at most 4096 bytes
     * @param afterCommit called after a successful commit
     */
    public void setMetadata(String metadata, Runnable afterCommit) {
        this.metadata = metadata;
        this.afterCommit = afterCommit;
    }

    void setProgress(Polls.Progress progress) {
        this.progress = progress;
    }

    Polls.Progress progress() {
        return progress;
    }

    /** Makes the consumer re-read the records, unless the partition is assigned to another consumer by now. */
    void rewind() {
        continueAt(firstOffset());
    }

    /** Makes the consumer continue the partition at an offset, unless it is assigned to another consumer by now. */
    void continueAt(long offset) {
        if (consumer.assignment().contains(partition())) {
            consumer.seek(partition(), offset);
        }
    }

    /**
     * Makes the consumer continue all partitions of the topic elsewhere. The other polls that it has returned are abandoned.
     *
     * @param next the next offset of a partition; negative for one that stays
     */
    public void continueAt(IntToLongFunction next) {
        for (TopicPartition assigned : consumer.assignment()) {
            long offset = assigned.topic().equals(partition().topic()) ? next.applyAsLong(assigned.partition()) : -1;
            if (offset >= 0) {
                consumer.seek(assigned, offset);
            }
        }
    }

    /** Whether the consumer has been moved back since it returned these records. */
    public boolean isAbandoned() {
        return consumer.assignment().contains(partition()) && consumer.position(partition(), TIMEOUT) < nextOffset();
    }

    void commitOffset() {
        consumer.commitSync(Map.of(partition(), new OffsetAndMetadata(nextOffset(), metadata)), TIMEOUT);
        afterCommit.run();
    }
}
