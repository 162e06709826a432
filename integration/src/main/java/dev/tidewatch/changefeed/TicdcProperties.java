package dev.tidewatch.changefeed;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How to reach TiCDC.
 *
 * @param url the address of TiCDC, such as {@code http://ticdc:8300}; Tidewatch registers its changefeed there and watches it. If it is
 *            empty, only the watermarks in Kafka are watched
 */
@ConfigurationProperties("ticdc")
record TicdcProperties(String url) {
}
