/**
 * What the two log routes log, as server-sent events for {@code GET /api/events}, and counted for {@code GET /api/history}. The buffer is a
 * window on the ends of both topics, so that a client goes on where it was, on every instance and after a restart. Each client has a thread
 * of its own, which no route waits for.
 */
package dev.tidewatch.live;
