/** The changefeed in TiCDC: what it shall be, what it is, and the next step from one to the other. TiCDC's OpenAPI v2 is called by the routes. */
package dev.tidewatch.changefeed;
