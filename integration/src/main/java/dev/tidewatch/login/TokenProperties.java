package dev.tidewatch.login;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of access tokens.
 *
 * @param timeToLive how long an access token is valid
 */
@ConfigurationProperties("tidewatch.tokens")
record TokenProperties(Duration timeToLive) {
}
