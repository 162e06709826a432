/** Kafka clients built in one place, the topics, and the availability of the brokers. */
package dev.tidewatch.kafka;
