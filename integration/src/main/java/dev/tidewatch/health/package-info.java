/** How the application is: the health answer and the line that says it is ready. */
package dev.tidewatch.health;
