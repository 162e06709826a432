package dev.tidewatch.changes;

import java.time.Instant;

/**
 * TiCDC's guarantee for one partition: every change with a lower commitTs has been sent, and any that follows is a duplicate. Sent about
 * once a second per partition, also when nothing changes, and only with {@code enable-tidb-extension}.
 *
 * @param watermarkTs a TSO, above 2^53
 * @param time the same time in milliseconds
 */
public record Watermark(long watermarkTs, Instant time) implements ChangeMessage {
}
