/** Serves the page that ui/ builds, where no web server of its own does. */
package dev.tidewatch.page;
