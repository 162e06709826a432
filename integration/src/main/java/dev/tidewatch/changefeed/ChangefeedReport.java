package dev.tidewatch.changefeed;

import java.time.Instant;

/**
 * The changefeed in a response; unknown values are null.
 *
 * @param checkpointTs a TSO as text, because it is above 2^53
 * @param watermarkLagMillis age of the newest watermark that this instance has read, in the partition where it is oldest
 * @param stalledSince when the checkpoint last advanced; null unless it is stalled
 * @param warning the code of TiCDC's last error or warning, or of Tidewatch's: {@code Tidewatch:UnsupportedVersion} when TiCDC is too old,
 *                {@code Tidewatch:ExcludedColumnsSent} when excluded columns have arrived within the last hour
 */
public record ChangefeedReport(String id, String state, String checkpointTs, Instant checkpointTime, Long checkpointLagMillis,
        Long watermarkLagMillis, Instant stalledSince, String warning) {
}
