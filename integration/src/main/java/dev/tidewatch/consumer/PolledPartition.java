package dev.tidewatch.consumer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The records of one partition in a {@link Poll}: the unit of order, deduplication and retries. Confined to the thread of its Kafka
 * consumer.
 */
public final class PolledPartition {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<?, ?> consumer;
    private final GroupPartition source;
    private final List<ConsumedRecord> records;
    private Progress progress;
    private Remembered remembered = Remembered.NOTHING;
    private Exception failure;
    private long committed = PartitionPosition.NONE;
    private boolean reset;
    private boolean refusedCommittedWatermark;

    PolledPartition(Consumer<?, ?> consumer, TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> polled) {
        this.consumer = consumer;
        this.source = new GroupPartition(consumer.groupMetadata().groupId(), partition);
        this.records = polled.stream().map(ConsumedRecord::new).collect(Collectors.toCollection(ArrayList::new));
    }

    boolean isOfSameConsumerAs(PolledPartition other) {
        return consumer == other.consumer;
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
    List<ConsumedRecord> pending() {
        List<ConsumedRecord> pending = new ArrayList<>(records.size());
        for (ConsumedRecord record : records) {
            if (record.isPending()) {
                pending.add(record);
            }
        }
        return pending;
    }

    /** Leaves the records that are still to be handled to the next attempt. */
    void fail(Exception failure) {
        this.failure = failure;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Null when no record has failed. */
    Exception failure() {
        return failure;
    }

    public long firstOffset() {
        return records.get(0).origin().offset();
    }

    /** The offset after the last record. */
    public long nextOffset() {
        return records.get(records.size() - 1).origin().offset() + 1;
    }

    /** The offset to commit: that of the first record that is still to be handled, or else the one after the last record. */
    long reachedOffset() {
        for (ConsumedRecord record : records) {
            if (!record.isDone() && !record.isDuplicate()) {
                return record.origin().offset();
            }
        }
        return nextOffset();
    }

    /** The offset that this poll has committed, and where the group continues; the first one until then. */
    long committedOffset() {
        return isCommitted() ? committed : firstOffset();
    }

    boolean isCommitted() {
        return committed != PartitionPosition.NONE;
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

    /** Notes that the committed watermark is not applied, because it cannot be true. */
    void refuseCommittedWatermark() {
        refusedCommittedWatermark = true;
    }

    /** The number of records before an offset that have a property. */
    long count(long offset, Predicate<ConsumedRecord> property) {
        long count = 0;
        for (ConsumedRecord record : records) {
            count += record.origin().offset() < offset && property.test(record) ? 1 : 0;
        }
        return count;
    }

    boolean hasRefusedCommittedWatermark() {
        return refusedCommittedWatermark;
    }

    /** The offset and metadata that the group has committed for the partition; null when there are none. Asks the broker. */
    OffsetAndMetadata committed() {
        return consumer.committed(Set.of(partition()), TIMEOUT).get(partition());
    }

    /** Sets what the next consumer of the partition is to remember. */
    void setRemembered(Remembered remembered) {
        this.remembered = remembered;
    }

    void setProgress(Progress progress) {
        this.progress = progress;
    }

    Progress progress() {
        return progress;
    }

    /** What to commit for an offset. */
    OffsetAndMetadata commit(long offset) {
        return new OffsetAndMetadata(offset, remembered.metadata(offset));
    }

    /** Takes an offset that is committed. */
    void setCommitted(long offset) {
        committed = offset;
        remembered.continueAt(offset);
        remembered = Remembered.NOTHING;
    }

    /** Makes the consumer continue at the committed offset, unless the partition is assigned to another consumer by now. */
    void rewind() {
        remembered.continueAt(committedOffset());
        remembered = Remembered.NOTHING;
        continueAt(committedOffset());
    }

    /** Makes the consumer continue the partition at an offset, unless it is assigned to another consumer by now. */
    void continueAt(long offset) {
        if (consumer.assignment().contains(partition())) {
            consumer.seek(partition(), offset);
        }
    }

    /**
     * Makes the consumer continue all partitions of the topic elsewhere. Their records in this poll are abandoned.
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
}
