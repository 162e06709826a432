package dev.tidewatch.deadletters;

import java.util.List;

/**
 * The body of a request for a replay, as the contract's schema {@code ReplayRequest} has it.
 *
 * @param topic     a dead-letter topic, or the topic that its letters come from
 * @param partition the only partition to replay; null for all
 * @param offsets   the only letters of the partition to replay; null for all
 * @param limit     how many letters to send at most; null for as many as a request may
 */
record ReplayRequest(String topic, Integer partition, List<Long> offsets, Integer limit) {
}
