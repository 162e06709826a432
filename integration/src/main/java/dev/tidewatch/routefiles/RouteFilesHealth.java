package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.Rejection;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** The user's route files in {@code /observe/health}: {@code DEGRADED} while one of them is refused; nothing else suffers from it. */
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
