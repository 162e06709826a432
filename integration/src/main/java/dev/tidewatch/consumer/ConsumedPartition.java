package dev.tidewatch.consumer;

import java.util.concurrent.atomic.LongAdder;

/** What this instance knows of a partition as one consumer group reads it. Written by the thread of the consumer, read by others. */
final class ConsumedPartition {

    /** No offset. */
    static final long NONE = -1;

    final LongAdder deadLettered = new LongAdder();
    final LongAdder retried = new LongAdder();
    final Tally duplicates;
    final Tally lateChanges;
    final Tally refusedWatermarks;
    final Tally skippedRecords;
    final Tally unstoredIds;
    /** The offset of the next record to handle; NONE while the partition is not assigned to this instance. */
    volatile long position = NONE;
    /** The highest offset of a record that a route has begun to handle since the partition was assigned; NONE before the first. */
    volatile long begun = NONE;
    /** Whether this instance has committed an offset of the partition. */
    volatile boolean hasCommitted;
    /** Whether a poll of the partition is being handled. */
    volatile boolean isHandling;
    /** Whether the consumer jumped back, because the partition does not have the offset that it was to read. */
    volatile boolean isReset;
    /** Why the current poll is retried; null when it is not. */
    volatile String retryCause;
    volatile LastFailure lastFailure;

    ConsumedPartition(Tally duplicates, Tally lateChanges, Tally refusedWatermarks, Tally skippedRecords, Tally unstoredIds) {
        this.duplicates = duplicates;
        this.lateChanges = lateChanges;
        this.refusedWatermarks = refusedWatermarks;
        this.skippedRecords = skippedRecords;
        this.unstoredIds = unstoredIds;
    }
}
