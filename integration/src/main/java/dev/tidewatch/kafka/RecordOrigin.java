package dev.tidewatch.kafka;

/** Where a record stood in Kafka. */
public record RecordOrigin(String topic, int partition, long offset) {
}
