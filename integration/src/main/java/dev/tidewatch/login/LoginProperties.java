package dev.tidewatch.login;

import dev.tidewatch.settings.Limits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of logins.
 *
 * @param failures     the number of consecutive wrong passwords that locks an account
 * @param lock         the duration of the first lock
 * @param longestLock  the longest duration of a lock
 * @param failuresKept the time without a wrong password after which the count is reset
 * @param burst        the logins that a network (an IPv4 address or an IPv6 /64) may attempt at once
 * @param interval     the time after which a network may attempt one more login
 * @param queue        the number of logins that may wait for a password check; one check runs per core, and further logins get 503 at once
 * @param reportEvery  how often an instance reports a network that exceeds its rate limit
 */
@ConfigurationProperties("tidewatch.login")
record LoginProperties(int failures, Duration lock, Duration longestLock, Duration failuresKept, int burst, Duration interval, int queue,
        Duration reportEvery) {

    private static final Duration SECOND = Duration.ofSeconds(1);

    LoginProperties {
        Limits.number("TIDEWATCH_LOGIN_FAILURES", failures, 1, 1_000_000);
        Limits.duration("TIDEWATCH_LOGIN_LOCK", lock, SECOND, Limits.YEAR);
        Limits.duration("TIDEWATCH_LOGIN_LONGEST_LOCK", longestLock, SECOND, Limits.YEAR);
        Limits.duration("TIDEWATCH_LOGIN_FAILURES_KEPT", failuresKept, SECOND, Limits.YEAR);
        Limits.number("TIDEWATCH_LOGIN_BURST", burst, 1, 1_000_000);
        Limits.duration("TIDEWATCH_LOGIN_INTERVAL", interval, Duration.ofMillis(1), Duration.ofHours(1));
        Limits.number("TIDEWATCH_LOGIN_QUEUE", queue, 0, 1000);
    }
}
