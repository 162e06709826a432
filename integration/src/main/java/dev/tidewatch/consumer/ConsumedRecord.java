package dev.tidewatch.consumer;

import dev.tidewatch.Event;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.Times;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.camel.Message;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A record as Kafka delivered it, and what became known of it since. Used by one thread. */
public final class ConsumedRecord {

    /** Header of a record that was a dead letter: the consumer group that could not handle it. */
    public static final String GROUP_HEADER = "dead-letter.group";
    /** Header of a record that was a dead letter: how often it has been sent back to its topic; text. */
    public static final String REPLAYS_HEADER = "dead-letter.replays";

    private final RecordOrigin origin;
    private final long timestamp;
    private final byte[] key;
    private final byte[] value;
    private final Headers headers;
    private Object event;
    private Exception unreadable;
    private boolean duplicate;
    private boolean done;
    private String routeId;
    private String groupId;

    ConsumedRecord(RecordOrigin origin, long timestamp, byte[] key, byte[] value, Headers headers) {
        this.origin = origin;
        this.timestamp = timestamp;
        this.key = key;
        this.value = value;
        this.headers = headers;
    }

    /** A record that no broker has delivered, for the test of a route. */
    public static ConsumedRecord of(Event event, RecordOrigin origin, String routeId) {
        ConsumedRecord record = new ConsumedRecord(origin, event.eventTime().toEpochMilli(), null, null, new RecordHeaders());
        record.setEvent(event);
        record.giveTo(routeId, routeId);
        return record;
    }

    /** Puts the event in the body of a message, and where it comes from in headers. */
    public void describe(Message message) {
        Event is = (Event) event;
        String id = is.eventId();
        message.setBody(is);
        message.setHeader("eventId", id != null ? id : UUID.nameUUIDFromBytes(origin.toString().getBytes(StandardCharsets.UTF_8)).toString());
        message.setHeader("eventTime", Times.MILLISECONDS.format(is.eventTime()));
        message.setHeader("eventTopic", origin.topic());
        message.setHeader("eventPartition", origin.partition());
        message.setHeader("eventOffset", origin.offset());
    }

    public RecordOrigin origin() {
        return origin;
    }

    /** The route that handles the record; known when its event is given to it. */
    public String routeId() {
        return routeId;
    }

    /** The consumer group of that route. */
    public String groupId() {
        return groupId;
    }

    void giveTo(String routeId, String groupId) {
        this.routeId = routeId;
        this.groupId = groupId;
    }

    /** When it was written to Kafka, by the clock of its writer; milliseconds since 1970. */
    public long timestamp() {
        return timestamp;
    }

    /** Null when the record has none. */
    public byte[] key() {
        return key;
    }

    /** Null when the record has none. */
    public byte[] value() {
        return value;
    }

    public Headers headers() {
        return headers;
    }

    /** What the record says; null when it is unreadable. */
    public Object event() {
        return event;
    }

    void setEvent(Object event) {
        this.event = event;
    }

    /** Why the record cannot be read; null when it can. */
    Exception unreadable() {
        return unreadable;
    }

    void setUnreadable(Exception unreadable) {
        this.unreadable = unreadable;
    }

    /** Whether the record was sent again on purpose, so that what has been seen before must not hide it. */
    public boolean isReplayed() {
        return header(REPLAYS_HEADER) != null;
    }

    /** Whether the record was sent again for the sake of another consumer group. */
    boolean isReplayedForAnotherGroupThan(String groupId) {
        return isReplayed() && !groupId.equals(header(GROUP_HEADER));
    }

    /** Notes that the event has been handled before. */
    public void markDuplicate() {
        duplicate = true;
    }

    public boolean isDuplicate() {
        return duplicate;
    }

    /** Notes that nothing remains to be done for the record. */
    public void markDone() {
        done = true;
    }

    boolean isDone() {
        return done;
    }

    private String header(String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
