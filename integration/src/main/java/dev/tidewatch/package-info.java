/** The application. Its routes are under {@code camel/}; the packages here contain the beans that they call. */
package dev.tidewatch;
