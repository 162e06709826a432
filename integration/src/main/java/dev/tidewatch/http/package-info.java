/** Used by every HTTP route: the caller, request validation and problem details. */
package dev.tidewatch.http;
