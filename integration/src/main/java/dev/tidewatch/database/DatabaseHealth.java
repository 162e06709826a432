package dev.tidewatch.database;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** The database in {@code /observe/health}, instead of Spring Boot's, which asks only whether a connection answers. */
@Component("dbHealthIndicator")
class DatabaseHealth implements HealthIndicator {

    private final DatabaseState state;

    DatabaseHealth(DatabaseState state) {
        this.state = state;
    }

    @Override
    public Health health() {
        return (state.seen().state() ? Health.up() : Health.down()).withDetail("since", state.seen().since()).build();
    }
}
