/** Kafka clients with one configuration, the topics, and whether a broker answers. */
package dev.tidewatch.kafka;
