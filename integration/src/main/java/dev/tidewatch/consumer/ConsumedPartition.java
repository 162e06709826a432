package dev.tidewatch.consumer;

import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/** What this instance knows of a partition as one consumer group reads it. Written by the thread of the consumer, read by others. */
final class ConsumedPartition {

    /** No offset. */
    static final long NONE = -1;

    final LongAdder deadLettered = new LongAdder();
    final LongAdder retried = new LongAdder();
    final Tally duplicates;
    final Tally refusedWatermarks;
    final Tally skippedRecords;
    /** The next offset to read, or NONE while another instance may move it. */
    volatile long position = NONE;
    /** The first offset of the poll whose events are being handled, or NONE. */
    volatile long handling = NONE;
    /** Why the current poll is retried; null when it is not. */
    volatile String retryCause;
    volatile LastFailure lastFailure;

    /** A failure that led to a retry or a dead letter. */
    record LastFailure(Instant time, String reason) {
    }

    ConsumedPartition(Tally duplicates, Tally refusedWatermarks, Tally skippedRecords) {
        this.duplicates = duplicates;
        this.refusedWatermarks = refusedWatermarks;
        this.skippedRecords = skippedRecords;
    }
}
