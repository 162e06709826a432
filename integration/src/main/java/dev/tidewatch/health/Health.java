package dev.tidewatch.health;

import dev.tidewatch.Since;
import dev.tidewatch.changefeed.Changefeed;
import dev.tidewatch.consumer.ConsumerWatch;
import dev.tidewatch.consumer.StalledPartition;
import dev.tidewatch.database.DatabaseState;
import dev.tidewatch.kafka.Brokers;
import dev.tidewatch.routefiles.RouteFolder;
import dev.tidewatch.routefiles.check.Rejection;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** The answer of {@code GET /health}. */
@Component("health")
public class Health {

    private final Brokers brokers;
    private final Changefeed changefeed;
    private final RouteFolder routeFolder;
    private final ConsumerWatch consumers;
    private final DatabaseState databaseState;

    Health(Brokers brokers, Changefeed changefeed, RouteFolder routeFolder, ConsumerWatch consumers, DatabaseState databaseState) {
        this.brokers = brokers;
        this.changefeed = changefeed;
        this.routeFolder = routeFolder;
        this.consumers = consumers;
        this.databaseState = databaseState;
    }

    /** The current state. {@code status} ignores Kafka: without it logins work and events wait in the outbox. */
    public Report report() {
        Since.Seen<Boolean> database = databaseState.seen();
        Since.Seen<Boolean> kafka = brokers.seen();
        long rejected = routeFolder.rejections().stream().map(Rejection::file).distinct().count();
        List<StalledPartition> stalled = consumers.stalled();
        boolean degraded = changefeed.isDegraded() || rejected > 0 || !stalled.isEmpty();
        String status = !database.state() ? "unhealthy" : degraded ? "degraded" : "healthy";
        return new Report(status, database.state() ? "connected" : "disconnected", kafka.state(), changefeed.state().state(), rejected,
                stalled, new SeenSince(database.since(), kafka.since(), changefeed.since()));
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
