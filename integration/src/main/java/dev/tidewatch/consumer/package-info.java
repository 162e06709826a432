/**
 * What every consumer of a topic shares: a poll as one unit, records that come again, and what may be tried again.
 * The Kamelets {@code user-events-source} and {@code database-changes-source} put it together.
 */
package dev.tidewatch.consumer;
