/** Reads and checks what a user sets before anything else starts, and says in one line why the application cannot start. */
package dev.tidewatch.settings;
