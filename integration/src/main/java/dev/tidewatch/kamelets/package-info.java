/** The beans that the building blocks in {@code resources/kamelets/} create for each use. */
package dev.tidewatch.kamelets;
