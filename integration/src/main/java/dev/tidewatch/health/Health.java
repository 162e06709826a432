package dev.tidewatch.health;

import dev.tidewatch.events.Brokers;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The answer of {@code GET /health}. */
@Component("health")
public class Health {

    private final Brokers brokers;

    Health(Brokers brokers) {
        this.brokers = brokers;
    }

    /**
     * How the application is now. Kafka counts for nothing in {@code status}: without it logins work and events wait in the outbox.
     *
     * @param database {@code connected} or {@code disconnected}
     */
    public Report report(@Variable("database") String database) {
        return new Report("connected".equals(database) ? "healthy" : "unhealthy", database, brokers.areReachable());
    }

    /** The contract's schema {@code Health}. */
    public record Report(String status, String database, boolean kafka) {
    }
}
