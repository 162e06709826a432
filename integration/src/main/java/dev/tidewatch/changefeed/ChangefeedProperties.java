package dev.tidewatch.changefeed;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the changefeed.
 *
 * @param id           the id of the changefeed in TiCDC
 * @param kafkaCa      a PEM file with the certificate authorities that TiCDC trusts for Kafka, as a path on TiCDC's host; empty for those
 *                     of its system
 * @param stalledAfter how long the checkpoint (without a TiCDC address: the watermark) stays unchanged before Tidewatch logs a warning and
 *                     reports {@code degraded}
 */
@ConfigurationProperties("tidewatch.changefeed")
record ChangefeedProperties(String id, String kafkaCa, Duration stalledAfter) {
}
