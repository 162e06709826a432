/** What every HTTP route needs: who calls, whether the request is as the contract says, and how an error is answered. */
package dev.tidewatch.http;
