/** The services of the application on a laptop and in tests: a database, a broker and a changefeed in one process. */
package dev.tidewatch.embedded;
