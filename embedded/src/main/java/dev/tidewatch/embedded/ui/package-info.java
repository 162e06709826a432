/** Serves the UI that ui/ builds when no web server of its own does. */
package dev.tidewatch.embedded.ui;
