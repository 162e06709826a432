/**
 * Routes of the user's own: one YAML file each, in a folder outside the application. A file is checked before anything of it runs, against
 * Camel's schema and component catalogue, against what the application owns, and against the list of what a file may use; the same checks,
 * called from the command line, are {@code lint}.
 */
package dev.tidewatch.routefiles;
