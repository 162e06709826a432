/** The outbox: user events, their relay to Kafka, and their decoder. */
package dev.tidewatch.outbox;
