/** Checks a route file before any of it runs. */
package dev.tidewatch.routefiles.check;
