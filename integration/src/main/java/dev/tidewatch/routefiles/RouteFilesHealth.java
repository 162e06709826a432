package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.Rejection;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Reports {@code DEGRADED} in {@code /observe/health} while a route file is rejected. */
@Component("routeFilesHealthIndicator")
class RouteFilesHealth implements HealthIndicator {

    private final RouteFolder folder;

    RouteFilesHealth(RouteFolder folder) {
        this.folder = folder;
    }

    @Override
    public Health health() {
        Health.Builder health = folder.rejections().isEmpty() ? Health.up() : Health.status("DEGRADED");
        return health.withDetail("rejected", folder.rejections().stream().map(Rejection::toString).toList()).build();
    }
}
