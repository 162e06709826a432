/**
 * The first connection to the database (retried while it is unreachable; aborts startup if it rejects the application), the migrations, and
 * whether the database accepts writes.
 */
package dev.tidewatch.database;
