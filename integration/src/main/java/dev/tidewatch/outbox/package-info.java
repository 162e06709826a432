/** User events from the outbox to the log: what they hold, and what Kafka needs to know of them. */
package dev.tidewatch.outbox;
