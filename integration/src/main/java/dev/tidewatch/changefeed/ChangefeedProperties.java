package dev.tidewatch.changefeed;

import dev.tidewatch.settings.Limits;
import java.time.Duration;
import java.util.regex.Pattern;
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

    /** TiCDC's own rule. */
    private static final Pattern ID = Pattern.compile("(?=.{1,128}$)[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*");

    ChangefeedProperties {
        Limits.text("TIDEWATCH_CHANGEFEED_ID", id, ID, "at most 128 letters and digits, with single hyphens between them");
        Limits.duration("TIDEWATCH_CHANGEFEED_STALLED_AFTER", stalledAfter, Duration.ofSeconds(1), Limits.YEAR);
    }
}
