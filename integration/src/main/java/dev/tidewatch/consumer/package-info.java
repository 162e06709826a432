/**
 * Shared by all consumers: the poll as the unit of work, deduplication, classification of failures, and the commit.
 * The Kamelets {@code user-events-source} and {@code database-changes-source} call these beans step by step.
 */
package dev.tidewatch.consumer;
