/** Health, readiness and the line that Tidewatch is ready. */
package dev.tidewatch.health;
