package dev.tidewatch.changes;

/**
 * A decoded record of the change topic. Source: TiCDC's canal-json protocol, one message per Kafka record.
 */
public sealed interface ChangeMessage permits RowChange, SchemaChange, Watermark {
}
