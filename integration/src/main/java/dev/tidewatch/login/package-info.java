/** Logins: password hashes, rate limit, account lock, access tokens and sessions. */
package dev.tidewatch.login;
