/** The beans that the Kamelets in {@code resources/kamelets/} create for each use. */
package dev.tidewatch.kamelets;
