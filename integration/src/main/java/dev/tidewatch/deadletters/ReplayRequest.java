package dev.tidewatch.deadletters;

import java.util.List;

/**
 * The contract's schema {@code ReplayRequest}.
 *
 * @param topic     the dead-letter topic, or the topic of the original records
 * @param partition the only partition to replay; null for all
 * @param offsets   the only offsets of the partition to replay; null for all
 * @param limit     how many dead letters to send at most; null for the largest number allowed
 */
record ReplayRequest(String topic, Integer partition, List<Long> offsets, Integer limit) {
}
