/** The last hour, minute by minute, for {@code GET /api/history}. */
package dev.tidewatch.history;
