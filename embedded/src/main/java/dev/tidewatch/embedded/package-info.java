/** A database, a broker and a change feed in one process: what the application talks to on a laptop and in tests. */
package dev.tidewatch.embedded;
