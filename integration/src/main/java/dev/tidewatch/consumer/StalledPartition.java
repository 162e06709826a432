package dev.tidewatch.consumer;

import java.time.Instant;

/**
 * A partition that has records, but whose consumer does not advance. The contract's schema {@code StalledPartition}.
 *
 * @param partition null if the consumer cannot read its topic at all
 * @param offset    the offset of the next record; null before the first record was read
 * @param cause     without data
 */
public record StalledPartition(String route, String topic, Integer partition, Long offset, Instant since, String cause) {
}
