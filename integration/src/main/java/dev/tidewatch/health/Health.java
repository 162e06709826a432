package dev.tidewatch.health;

import dev.tidewatch.changefeed.Changefeed;
import dev.tidewatch.events.Brokers;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The answer of {@code GET /health}. */
@Component("health")
public class Health {

    private final Brokers brokers;
    private final Changefeed changefeed;

    Health(Brokers brokers, Changefeed changefeed) {
        this.brokers = brokers;
        this.changefeed = changefeed;
    }

    /**
     * How the application is now. Kafka counts for nothing in {@code status}: without it logins work and events wait in the outbox.
     *
     * @param database {@code connected} or {@code disconnected}
     */
    public Report report(@Variable("database") String database) {
        String status = !"connected".equals(database) ? "unhealthy" : changefeed.isDegraded() ? "degraded" : "healthy";
        return new Report(status, database, brokers.areReachable(), changefeed.state().state());
    }

    /** The contract's schema {@code Health}. */
    public record Report(String status, String database, boolean kafka, String changefeed) {
    }
}
