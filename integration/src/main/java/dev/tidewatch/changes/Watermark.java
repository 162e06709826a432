package dev.tidewatch.changes;

import java.time.Instant;

/**
 * TiCDC's promise for one partition: every change with a commitTs below this has been sent; a later one with a lower commitTs
 * is a repeat. Comes about once a second and partition, also when nothing changes, and only with {@code enable-tidb-extension}.
 *
 * @param watermarkTs a TSO, above 2^53
 * @param time the same moment in milliseconds
 */
public record Watermark(long watermarkTs, Instant time) implements ChangeMessage {
}
