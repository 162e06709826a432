package dev.tidewatch.changefeed;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** The changefeed in {@code /observe/health}: {@code DEGRADED} when row changes do not come; that is no reason to stop taking logins. */
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
