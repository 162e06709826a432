/** The page in a real browser, against the real application: the tests themselves are ui/e2e, run by Node. */
package dev.tidewatch.browser;
