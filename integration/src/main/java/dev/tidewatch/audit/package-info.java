/** The product's output: one JSON object a line. Its fields are listed in {@code log-line.schema.json}. */
package dev.tidewatch.audit;
