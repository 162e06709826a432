/**
 * Fault injection: clients log in and out and change rows while components are killed, stopped and frozen. At the end every acknowledged
 * request and every committed change must have its line. docs/understand/faults.md explains how to run it and to read its table.
 */
package dev.tidewatch.faults;
