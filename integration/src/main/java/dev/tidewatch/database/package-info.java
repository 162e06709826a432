/** The first connection to the database: retried while it is unreachable; aborts startup if it rejects the application. */
package dev.tidewatch.database;
