package dev.tidewatch.live;

import dev.tidewatch.settings.Limits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the event stream.
 *
 * @param bufferedEvents the events that an instance buffers in memory; a client that reconnects resumes from them, and a start re-reads as
 *                       many
 * @param bufferedBytes  the most bytes of Kafka values whose events are buffered
 * @param historyRecords the most records of a topic that a start reads for the last hour
 * @param clients        the maximum number of clients of the event stream per instance
 * @param heartbeatEvery how often an idle stream gets a comment line
 * @param checkEvery     how often a stream checks its session, and so how long it outlives the session at most
 */
@ConfigurationProperties("tidewatch.live")
record LiveProperties(int bufferedEvents, DataSize bufferedBytes, int historyRecords, int clients, Duration heartbeatEvery,
        Duration checkEvery) {

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);

    LiveProperties {
        Limits.number("TIDEWATCH_LIVE_EVENTS", bufferedEvents, 1, 10_000_000);
        Limits.number("tidewatch.live.history-records", historyRecords, 0, 10_000_000);
        Limits.number("TIDEWATCH_LIVE_CLIENTS", clients, 0, 100_000);
        Limits.duration("tidewatch.live.heartbeat-every", heartbeatEvery, SHORTEST, LONGEST);
        Limits.duration("tidewatch.live.check-every", checkEvery, SHORTEST, LONGEST);
    }
}
