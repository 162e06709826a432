package dev.tidewatch.consumer;

/** Where a consumer of this instance is in a partition. Written by the thread of the consumer, read by others. */
final class PartitionPosition {

    /** No offset. */
    static final long NONE = -1;

    /** The offset of the next record to handle; NONE while the partition is not assigned to this instance. */
    volatile long next = NONE;
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
}
