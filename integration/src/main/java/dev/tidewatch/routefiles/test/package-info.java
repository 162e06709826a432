/** The command {@code test}: runs the tests next to users' route files, each against the real route with its endpoints replaced. */
package dev.tidewatch.routefiles.test;
