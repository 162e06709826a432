/** Shared by the tests: the running application, its HTTP API, its log and its topics. */
package dev.tidewatch.support;
