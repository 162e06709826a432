package dev.tidewatch.login;

import dev.tidewatch.settings.Limits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of access tokens.
 *
 * @param timeToLive how long an access token is valid
 */
@ConfigurationProperties("tidewatch.tokens")
record TokenProperties(Duration timeToLive) {

    TokenProperties {
        Limits.duration("TIDEWATCH_TOKEN_TIME_TO_LIVE", timeToLive, Duration.ofMinutes(1), Limits.YEAR);
    }
}
