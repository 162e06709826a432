/**
 * The events of the two log routes as server-sent events for {@code GET /api/events}. The buffer holds the newest events of both topics, so
 * that a client resumes on any instance and after a restart. Each client has a thread of its own, so a slow client delays no route. The
 * same consumers feed {@link dev.tidewatch.history.LastHour}.
 */
package dev.tidewatch.live;
