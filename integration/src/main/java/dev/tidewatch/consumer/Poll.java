package dev.tidewatch.consumer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The records that one poll of a Kafka consumer returned: the unit of commits. Confined to the thread of the consumer. */
public final class Poll {

    /** So that a slow route commits often enough, and stays in its group: {@code max.poll.interval.ms} is five minutes. */
    private static final long HANDOVER_NANOS = Duration.ofSeconds(2).toNanos();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final LongSupplier nanoTime;
    private final Consumer<?, ?> consumer;
    private final String groupId;
    private final List<PolledPartition> partitions;
    private List<ConsumedRecord> records;
    private final Deque<RecordBatch> ready = new ArrayDeque<>();
    /** The partition that has its share of the time now. */
    private PolledPartition timed;
    private long deadline;
    private boolean committed;
    private Exchange latest;

    /** Records of one partition that are handed to the route together. */
    static final class RecordBatch {

        private final PolledPartition partition;
        private final List<ConsumedRecord> records;
        private final boolean together;
        private boolean taken;
        private boolean split;

        /**
         * A batch.
         *
         * @param records  none if the batch only follows others, whose records may have to be handed over again
         * @param together whether the route gets a list of events
         */
        RecordBatch(PolledPartition partition, List<ConsumedRecord> records, boolean together) {
            this.partition = partition;
            this.records = records;
            this.together = together;
        }

        PolledPartition partition() {
            return partition;
        }

        List<ConsumedRecord> records() {
            return records;
        }

        boolean isTogether() {
            return together;
        }

        boolean isSingle() {
            return records.size() == 1;
        }

        boolean isUnreadable() {
            return isSingle() && records.get(0).unreadable() != null;
        }

        /** Ends the batch, whose records are handled unless they have failed. */
        void end() {
            if (taken && !split && !partition.hasFailed()) {
                records.forEach(ConsumedRecord::markDone);
            }
        }
    }

    Poll(Consumer<?, ?> consumer, ConsumerRecords<byte[], byte[]> polled) {
        this(consumer, polled.partitions().stream().map(partition -> new PolledPartition(consumer, partition, polled.records(partition)))
                .toList(), System::nanoTime);
    }

    Poll(Consumer<?, ?> consumer, List<PolledPartition> partitions, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.consumer = consumer;
        this.groupId = consumer.groupMetadata().groupId();
        this.partitions = new ArrayList<>(partitions);
    }

    public String groupId() {
        return groupId;
    }

    /** The partitions that the poll returned records of. */
    public List<PolledPartition> partitions() {
        return partitions;
    }

    /** Keeps only some partitions. */
    void retain(Predicate<PolledPartition> wanted) {
        partitions.removeIf(wanted.negate());
        records = null;
    }

    /** All records, by partition, in offset order. */
    public List<ConsumedRecord> records() {
        if (records == null) {
            records = new ArrayList<>();
            partitions.forEach(partition -> records.addAll(partition.records()));
        }
        return records;
    }

    /**
     * The records to hand to the route one after another, or all readable ones of a partition at once. Each is to be taken first. Two
     * empty batches are the last: with the first of them, the last batch has ended, and its records may have to be handed over again; but
     * Camel has asked before whether another batch follows.
     */
    public Iterator<RecordBatch> batches(boolean together) {
        partitions.forEach(partition -> fill(partition, together));
        if (!ready.isEmpty()) {
            addEmpty(ready.getLast());
            addEmpty(ready.getLast());
        }
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !ready.isEmpty();
            }

            @Override
            public RecordBatch next() {
                return ready.remove();
            }
        };
    }

    private void addEmpty(RecordBatch before) {
        ready.add(new RecordBatch(before.partition(), List.of(), before.isTogether()));
    }

    /** Unreadable records fail, and so are handed over alone. */
    private void fill(PolledPartition partition, boolean together) {
        List<ConsumedRecord> readable = new ArrayList<>();
        for (ConsumedRecord record : partition.pending()) {
            if (!together || record.unreadable() != null) {
                add(partition, readable);
                readable = new ArrayList<>();
                ready.add(new RecordBatch(partition, List.of(record), together));
            } else {
                readable.add(record);
            }
        }
        add(partition, readable);
    }

    private void add(PolledPartition partition, List<ConsumedRecord> readable) {
        if (!readable.isEmpty()) {
            ready.add(new RecordBatch(partition, readable, true));
        }
    }

    /**
     * Takes a batch, to handle it.
     *
     * @return false if it is left to the next poll, because an earlier record of its partition has failed, or the partition has had its
     *     share of two seconds. A record that only becomes a dead letter is not left
     */
    boolean take(RecordBatch batch) {
        if (timed != batch.partition()) {
            timed = batch.partition();
            deadline = nanoTime.getAsLong() + share();
        }
        batch.taken = !batch.records().isEmpty() && !batch.partition().hasFailed()
                && (batch.isUnreadable() || nanoTime.getAsLong() - deadline <= 0);
        return batch.taken;
    }

    /** The exchange whose batch was taken last; null before the first. */
    Exchange latest() {
        return latest;
    }

    void setLatest(Exchange exchange) {
        latest = exchange;
    }

    private long share() {
        return HANDOVER_NANOS / partitions.size();
    }

    /** Hands the records of a batch over again, one at a time, because one of them cannot be handled. */
    void handOverSingly(RecordBatch batch) {
        batch.split = true;
        for (int i = batch.records().size() - 1; i >= 0; i--) {
            ready.addFirst(new RecordBatch(batch.partition(), List.of(batch.records().get(i)), batch.isTogether()));
        }
        addEmpty(batch);
        // At least one of them is handled.
        deadline = nanoTime.getAsLong() + share();
    }

    /** Commits the handled records of each partition, in one request, and waits for the broker. */
    void commitOffsets() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (PolledPartition partition : partitions) {
            long reached = partition.reachedOffset();
            if (reached > partition.firstOffset()) {
                offsets.put(partition.partition(), partition.commit(reached));
            }
        }
        if (!offsets.isEmpty()) {
            consumer.commitSync(offsets, TIMEOUT);
        }
        for (PolledPartition partition : partitions) {
            OffsetAndMetadata reached = offsets.get(partition.partition());
            if (reached != null) {
                partition.setCommitted(reached.offset());
            }
        }
        committed = true;
    }

    /** Whether the handled records are committed. */
    boolean isCommitted() {
        return committed;
    }

    /** Why a record could not be handled; null when none failed. */
    Exception failure() {
        return partitions.stream().filter(PolledPartition::hasFailed).map(PolledPartition::failure).findFirst().orElse(null);
    }
}
