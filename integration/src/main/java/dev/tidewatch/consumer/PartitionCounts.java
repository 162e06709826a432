package dev.tidewatch.consumer;

import java.util.concurrent.atomic.LongAdder;

/** The counts of a partition as one consumer group reads it. Written by the thread of the consumer, read by others. */
final class PartitionCounts {

    final LongAdder deadLettered = new LongAdder();
    final LongAdder retried = new LongAdder();
    final Tally duplicates;
    final Tally lateChanges;
    final Tally refusedWatermarks;
    final Tally skippedRecords;
    final Tally unstoredIds;
    volatile LastFailure lastFailure;

    PartitionCounts(Tally duplicates, Tally lateChanges, Tally refusedWatermarks, Tally skippedRecords, Tally unstoredIds) {
        this.duplicates = duplicates;
        this.lateChanges = lateChanges;
        this.refusedWatermarks = refusedWatermarks;
        this.skippedRecords = skippedRecords;
        this.unstoredIds = unstoredIds;
    }
}
