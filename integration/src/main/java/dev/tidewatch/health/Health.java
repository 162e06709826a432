package dev.tidewatch.health;

import dev.tidewatch.changefeed.Changefeed;
import dev.tidewatch.events.Brokers;
import dev.tidewatch.routes.Rejection;
import dev.tidewatch.routes.RouteFolder;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The answer of {@code GET /health}. */
@Component("health")
public class Health {

    private final Brokers brokers;
    private final Changefeed changefeed;
    private final RouteFolder routeFolder;

    Health(Brokers brokers, Changefeed changefeed, RouteFolder routeFolder) {
        this.brokers = brokers;
        this.changefeed = changefeed;
        this.routeFolder = routeFolder;
    }

    /**
     * How the application is now. Kafka counts for nothing in {@code status}: without it logins work and events wait in the outbox.
     *
     * @param database {@code connected} or {@code disconnected}
     */
    public Report report(@Variable("database") String database) {
        long rejected = routeFolder.rejections().stream().map(Rejection::file).distinct().count();
        boolean degraded = changefeed.isDegraded() || rejected > 0;
        String status = !"connected".equals(database) ? "unhealthy" : degraded ? "degraded" : "healthy";
        return new Report(status, database, brokers.areReachable(), changefeed.state().state(), rejected);
    }

    /** The contract's schema {@code Health}. */
    public record Report(String status, String database, boolean kafka, String changefeed, long rejectedRouteFiles) {
    }
}
