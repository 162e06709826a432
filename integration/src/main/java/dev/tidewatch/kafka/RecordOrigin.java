package dev.tidewatch.kafka;

/** The topic, partition and offset of a record. */
public record RecordOrigin(String topic, int partition, long offset) {
}
