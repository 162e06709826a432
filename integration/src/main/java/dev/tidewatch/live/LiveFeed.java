package dev.tidewatch.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.Event;
import dev.tidewatch.Times;
import dev.tidewatch.audit.LogLines;
import dev.tidewatch.changefeed.Watermarks;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.Watermark;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.Poll;
import dev.tidewatch.consumer.PolledPartition;
import dev.tidewatch.history.LastHour;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.outbox.UserEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Writes the events that the log routes log into the buffer, as server-sent events, and counts them in the last hour. */
@Component("liveFeed")
public class LiveFeed {

    private final LiveBuffer buffer;
    private final LiveOffsets offsets;
    private final LastHour lastHour;
    private final Watermarks watermarks;
    private final LogLines lines;
    private final ObjectMapper json;

    LiveFeed(LiveBuffer buffer, LiveOffsets offsets, LastHour lastHour, Watermarks watermarks, LogLines lines, ObjectMapper json) {
        this.buffer = buffer;
        this.offsets = offsets;
        this.lastHour = lastHour;
        this.watermarks = watermarks;
        this.lines = lines;
        this.json = json;
    }

    /**
     * Adds the events of a poll. Skips unreadable records, which the log routes dead-letter, replayed dead letters, and records that are
     * done because another one has their change.
     */
    public void take(@Variable("poll") Poll poll) {
        for (PolledPartition partition : poll.partitions()) {
            if (offsets.isCurrent(partition)) {
                take(partition);
            }
        }
    }

    private void take(PolledPartition polled) {
        Instant arrival = Instant.now();
        int topic = offsets.number(polled.partition().topic());
        for (ConsumedRecord record : polled.records()) {
            RecordOrigin origin = record.origin();
            int partition = origin.partition();
            long offset = origin.offset();
            lastHour.read(topic, partition, record.timestamp());
            if (record.event() instanceof Watermark watermark) {
                // The log routes of this instance may be assigned only some of the partitions.
                watermarks.advance(watermark, origin);
            }
            if (!(record.event() instanceof Event event) || record.isReplayed() || !record.isPending()) {
                buffer.pass(topic, partition, offset);
            } else if (buffer.holds(topic, partition, offset) ? buffer.add(topic, partition, offset, event.eventId(), record.valueSize(),
                    () -> text(event, origin, arrival)) : buffer.pass(topic, partition, offset)) {
                lastHour.count(event, record.timestamp());
            }
        }
    }

    private byte[] text(Event event, RecordOrigin origin, Instant arrival) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("timestamp", Times.text(event.eventTime()));
        lines.fields(event, origin).forEach((name, value) -> {
            if (value != null) {
                data.put(name, value);
            }
        });
        // The text may be made later.
        data.computeIfPresent("lagMillis", (name, now) -> Duration.between(event.eventTime(), arrival).toMillis());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(("event: " + kind(event) + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
        try {
            text.writeBytes(json.writeValueAsBytes(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        text.writeBytes(new byte[] {'\n', '\n'});
        return text.toByteArray();
    }

    private static String kind(Event event) {
        return event instanceof UserEvent ? "user-event" : event instanceof RowChange ? "row-change" : "schema-change";
    }
}
