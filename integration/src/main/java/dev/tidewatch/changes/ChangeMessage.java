package dev.tidewatch.changes;

/**
 * The content of one record of the change topic, as {@link CanalJsonDecoder} reads it.
 * Source: TiCDC's canal-json protocol, one message a Kafka record.
 */
public sealed interface ChangeMessage permits RowChange, SchemaChange, Watermark {
}
