/**
 * The changefeed in TiCDC: {@link dev.tidewatch.changefeed.ChangefeedFile} is the desired configuration,
 * {@link dev.tidewatch.changefeed.Changefeed} the state last seen; {@link dev.tidewatch.changefeed.ChangefeedReconciler} decides the next
 * step. The routes call TiCDC's OpenAPI v2.
 */
package dev.tidewatch.changefeed;
