/**
 * What every consumer of a topic shares: a poll as one unit, records that come again, and what may be tried again.
 * The Kamelets {@code poll-source} and {@code topic-source} put it together.
 */
package dev.tidewatch.consumer;
