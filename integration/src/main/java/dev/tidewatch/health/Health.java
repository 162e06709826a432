package dev.tidewatch.health;

import dev.tidewatch.Since;
import dev.tidewatch.changefeed.Changefeed;
import dev.tidewatch.consumer.ConsumerWatch;
import dev.tidewatch.consumer.StalledPartition;
import dev.tidewatch.kafka.Brokers;
import dev.tidewatch.routefiles.RouteFolder;
import dev.tidewatch.routefiles.check.Rejection;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The answer of {@code GET /health}. */
@Component("health")
public class Health {

    private final Brokers brokers;
    private final Changefeed changefeed;
    private final RouteFolder routeFolder;
    private final ConsumerWatch consumers;
    private final Since<String> database = new Since<>(null, Clock.systemUTC());

    Health(Brokers brokers, Changefeed changefeed, RouteFolder routeFolder, ConsumerWatch consumers) {
        this.brokers = brokers;
        this.changefeed = changefeed;
        this.routeFolder = routeFolder;
        this.consumers = consumers;
    }

    /**
     * The current state. {@code status} ignores Kafka: without it logins work and events wait in the outbox.
     *
     * @param database {@code connected} or {@code disconnected}
     */
    public Report report(@Variable("database") String database) {
        this.database.see(database);
        Since.Seen<Boolean> kafka = brokers.seen();
        long rejected = routeFolder.rejections().stream().map(Rejection::file).distinct().count();
        List<StalledPartition> stalled = consumers.stalled();
        boolean degraded = changefeed.isDegraded() || rejected > 0 || !stalled.isEmpty();
        String status = !"connected".equals(database) ? "unhealthy" : degraded ? "degraded" : "healthy";
        return new Report(status, database, kafka.state(), changefeed.state().state(), rejected, stalled,
                new SeenSince(this.database.seen().since(), kafka.since(), changefeed.since()));
    }

    /** Records that the database is reachable. */
    public void databaseAnswers() {
        database.see("connected");
    }

    /** Records that the database is unreachable. */
    public void databaseIsSilent() {
        database.see("disconnected");
    }

    /** The contract's schema {@code Health}. */
    public record Report(String status, String database, boolean kafka, String changefeed, long rejectedRouteFiles,
            List<StalledPartition> stalledPartitions, SeenSince since) {
    }

    /**
     * When each state began, as observed by this instance.
     *
     * @param changefeed null if the changefeed is unwatched
     */
    public record SeenSince(Instant database, Instant kafka, Instant changefeed) {
    }
}
