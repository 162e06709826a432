/** The audit trail: one JSON object per line on stdout. {@code camel/audit/log-line.schema.json} lists every field. */
package dev.tidewatch.audit;
