package dev.tidewatch.live;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the event stream.
 *
 * @param bufferedEvents the events that an instance buffers in memory; a client that reconnects resumes from them, and a start re-reads as
 *                       many
 * @param bufferedBytes  the most memory for buffered events
 * @param historyRecords the most records of a topic that a start reads for the last hour
 * @param clients        the maximum number of clients of the event stream per instance
 * @param heartbeatEvery how often an idle stream gets a comment line
 * @param checkEvery     how often a stream checks its session, and so how long it outlives the session at most
 */
@ConfigurationProperties("tidewatch.live")
record LiveProperties(int bufferedEvents, DataSize bufferedBytes, int historyRecords, int clients, Duration heartbeatEvery,
        Duration checkEvery) {
}
