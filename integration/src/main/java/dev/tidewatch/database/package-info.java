/** The first connection to the database: the application waits for a database that is away, and ends when it is not let in. */
package dev.tidewatch.database;
