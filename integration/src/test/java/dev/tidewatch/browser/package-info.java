/** Tests the UI in a real browser against the real application. The tests themselves are in ui/e2e and run on Node. */
package dev.tidewatch.browser;
