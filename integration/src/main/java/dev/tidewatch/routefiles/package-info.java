/**
 * Users' routes: YAML files in a folder outside the application. Before any of it runs, a file is checked against Camel's schema and
 * descriptions, the names that the application reserves, and the list of what a file may use. The command {@code lint} runs the same
 * checks.
 */
package dev.tidewatch.routefiles;
