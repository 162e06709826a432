package dev.tidewatch.changefeed;

import java.time.Instant;

/**
 * State and checkpoint of the changefeed.
 *
 * @param state as TiCDC reports it ({@code normal}, {@code warning}, {@code failed}, {@code stopped}, {@code finished}), {@code missing}
 *        when TiCDC has no such changefeed, {@code unknown} when TiCDC does not answer, {@code unsupported} when TiCDC
 *        is too old. Without a TiCDC to ask: {@code moving} or
 *        {@code still}, depending on the watermarks in Kafka, {@code unwatched} before the first watermark
 * @param checkpointTs the newest checkpoint, a TSO; every change before it is in Kafka; 0 before the first
 */
record ChangefeedStatus(String state, long checkpointTs) {

    static final String MISSING = "missing";
    static final String UNKNOWN = "unknown";
    static final String UNSUPPORTED = "unsupported";
    static final String UNWATCHED = "unwatched";
    static final String MOVING = "moving";
    static final String STILL = "still";

    ChangefeedStatus in(String newState) {
        return new ChangefeedStatus(newState, checkpointTs);
    }

    /** The time of the checkpoint: the upper bits of a TSO are milliseconds (TiDB documentation, "TSO"); null before the first. */
    Instant checkpointTime() {
        return checkpointTs == 0 ? null : Instant.ofEpochMilli(checkpointTs >> 18);
    }
}
