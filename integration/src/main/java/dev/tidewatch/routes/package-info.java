/** Routes of users: what starts, stops and removes them. */
package dev.tidewatch.routes;
