/** Checks a route file before anything of it runs. */
package dev.tidewatch.routefiles.check;
