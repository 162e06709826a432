/**
 * The fault harness: clients log in and out and change rows while parts are killed, stopped and frozen; at the end every acknowledged
 * request and every committed change must have its line. docs/understand/faults.md tells how to run it and how to read its table.
 */
package dev.tidewatch.faults;
