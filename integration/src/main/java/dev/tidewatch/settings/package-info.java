/** Reads and checks the settings before anything starts, and reports an unusable one in one line. */
package dev.tidewatch.settings;
