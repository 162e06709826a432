/** Counts of the last hour for {@code GET /api/history}. {@code live} reads the topics and passes the events on. */
package dev.tidewatch.history;
