package dev.tidewatch.changefeed;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** The changefeed in {@code /observe/health}: {@code DEGRADED}, not down, when no row changes arrive, because logins still work. */
@Component("changefeedHealthIndicator")
class ChangefeedHealth implements HealthIndicator {

    private final Changefeed changefeed;

    ChangefeedHealth(Changefeed changefeed) {
        this.changefeed = changefeed;
    }

    @Override
    public Health health() {
        Health.Builder health = changefeed.isDegraded() ? Health.status("DEGRADED") : Health.up();
        return health.withDetail("changefeed", changefeed.state()).build();
    }
}
