/** What a login and its token are: the password check, the access token, the session. */
package dev.tidewatch.login;
