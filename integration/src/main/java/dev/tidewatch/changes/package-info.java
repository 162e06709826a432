/**
 * Decodes the messages of TiCDC. {@link dev.tidewatch.changes.CanalJsonDecoder} turns the value of a Kafka record, canal-json, into a
 * {@link dev.tidewatch.changes.RowChange}, a {@link dev.tidewatch.changes.SchemaChange} or a {@link dev.tidewatch.changes.Watermark}, or
 * says why it cannot. {@link dev.tidewatch.changes.ChangeWindow} recognises duplicates, {@link dev.tidewatch.changes.ColumnMask} masks
 * secret columns. This package depends on neither Camel nor Kafka nor a clock.
 */
package dev.tidewatch.changes;
