/** The command {@code test}: runs the tests that stand beside users' route files, each against the real route with its endpoints replaced. */
package dev.tidewatch.routefiles.test;
