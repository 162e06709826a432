/** The application; the way of a login is told by the route files under {@code camel/}, the packages here hold what they call. */
package dev.tidewatch;
