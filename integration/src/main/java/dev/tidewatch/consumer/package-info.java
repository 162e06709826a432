/**
 * What all consumers share: the poll as the unit, deduplication, classification of failures, and the commit.
 * The Kamelets {@code user-events-source} and {@code database-changes-source} call these beans step by step.
 */
package dev.tidewatch.consumer;
