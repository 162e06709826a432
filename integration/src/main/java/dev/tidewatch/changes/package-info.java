/**
 * What TiCDC says about the database. {@link dev.tidewatch.changes.CanalJsonDecoder} turns the value of one Kafka record,
 * TiCDC's canal-json, into a {@link dev.tidewatch.changes.RowChange}, a {@link dev.tidewatch.changes.SchemaChange} or a
 * {@link dev.tidewatch.changes.Watermark}, or says in one sentence why it cannot;
 * {@link dev.tidewatch.changes.ColumnMask} takes the secrets out before anything is written. No Camel, no Kafka, no clock.
 */
package dev.tidewatch.changes;
