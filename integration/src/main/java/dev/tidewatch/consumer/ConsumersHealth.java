package dev.tidewatch.consumer;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** The consumers in {@code /observe/health}: {@code DEGRADED} while a partition is stalled. */
@Component("consumersHealthIndicator")
class ConsumersHealth implements HealthIndicator {

    private final ConsumerWatch watch;

    ConsumersHealth(ConsumerWatch watch) {
        this.watch = watch;
    }

    @Override
    public Health health() {
        Health.Builder health = watch.stalled().isEmpty() ? Health.up() : Health.status("DEGRADED");
        return health.withDetail("stalledPartitions", watch.stalled()).build();
    }
}
