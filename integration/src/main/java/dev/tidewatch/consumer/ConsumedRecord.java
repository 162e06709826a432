package dev.tidewatch.consumer;

import dev.tidewatch.Event;
import dev.tidewatch.Times;
import dev.tidewatch.kafka.RecordOrigin;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.camel.Message;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A Kafka record with its decoded event and its processing state. Confined to one thread. */
public final class ConsumedRecord {

    /** Header of a replayed dead letter: the consumer group that failed to handle the record. */
    public static final String GROUP_HEADER = "dead-letter.group";
    /** Header of a replayed dead letter: the number of its replays, as text. */
    public static final String REPLAYS_HEADER = "dead-letter.replays";

    private final RecordOrigin origin;
    private final long timestamp;
    private final byte[] key;
    private byte[] value;
    private int withheldBytes;
    private final Headers headers;
    private Object event;
    private Object decoded;
    private Exception unreadable;
    private boolean duplicate;
    private boolean late;
    private boolean refused;
    private boolean done;
    /** The record that has the change of this one, too; null if none. */
    private ConsumedRecord joinedTo;
    private String routeId;
    private String groupId;

    ConsumedRecord(RecordOrigin origin, long timestamp, byte[] key, byte[] value, Headers headers) {
        this.origin = origin;
        this.timestamp = timestamp;
        this.key = key;
        this.value = value;
        this.headers = headers;
    }

    ConsumedRecord(ConsumerRecord<byte[], byte[]> record) {
        this(new RecordOrigin(record.topic(), record.partition(), record.offset()), record.timestamp(), record.key(), record.value(),
                record.headers());
    }

    /** A record without a broker, for tests of routes. */
    public static ConsumedRecord of(Event event, RecordOrigin origin, String routeId) {
        ConsumedRecord record = new ConsumedRecord(origin, event.eventTime().toEpochMilli(), null, null, new RecordHeaders());
        record.setEvent(event);
        record.setReader(routeId, routeId);
        return record;
    }

    /** Sets the body of a message to the event, and its headers to the identity, time and origin of the event. */
    public void copyTo(Message message) {
        Event current = (Event) event;
        String id = current.eventId();
        message.setBody(current);
        message.setHeader("eventId", id != null ? id : idFromOrigin());
        message.setHeader("eventTime", Times.text(current.eventTime()));
        message.setHeader("eventTopic", origin.topic());
        message.setHeader("eventPartition", origin.partition());
        message.setHeader("eventOffset", origin.offset());
    }

    private String idFromOrigin() {
        return UUID.nameUUIDFromBytes(origin.toString().getBytes(StandardCharsets.UTF_8)).toString();
    }

    public RecordOrigin origin() {
        return origin;
    }

    /** The route that handles the record; null before {@link Polls#unpack}. */
    public String routeId() {
        return routeId;
    }

    /** The consumer group of that route; null before {@link Polls#unpack}. */
    public String groupId() {
        return groupId;
    }

    void setReader(String routeId, String groupId) {
        this.routeId = routeId;
        this.groupId = groupId;
    }

    /** The time of the record by the clock of its producer; milliseconds since 1970. */
    public long timestamp() {
        return timestamp;
    }

    /** Null when the record has none. */
    public byte[] key() {
        return key;
    }

    /** Null when the record has none. Not the original bytes if those hold a column that no consumer may see. */
    public byte[] value() {
        return value;
    }

    void setValue(byte[] value) {
        this.value = value;
    }

    /** Removes the value, because nobody may see it. */
    void withholdValue() {
        withheldBytes = value.length;
        value = null;
    }

    /** Whether nobody may see the value; then it is null here. */
    public boolean isValueWithheld() {
        return withheldBytes > 0;
    }

    /** The size of the value in bytes, also of a withheld one. */
    public int valueSize() {
        return value == null ? withheldBytes : value.length;
    }

    public Headers headers() {
        return headers;
    }

    /** The decoded value; null when the record is unreadable. */
    public Object event() {
        return event;
    }

    void setEvent(Object event) {
        this.event = event;
        this.decoded = event;
    }

    /** Replaces the event; the id of the record stays. */
    void replaceEvent(Object replacement) {
        event = replacement;
    }

    /** The id of the event that the record has brought, also when another event has replaced it; null without one. */
    String eventId() {
        return decoded instanceof Event brought ? brought.eventId() : null;
    }

    /** The reason why the record is unreadable, or cannot be handled; null when it is readable. */
    Exception unreadable() {
        return unreadable;
    }

    void setUnreadable(Exception unreadable) {
        this.unreadable = unreadable;
    }

    /** Whether the record is a replayed dead letter, which is never a duplicate. */
    public boolean isReplayed() {
        return header(REPLAYS_HEADER) != null;
    }

    /** Whether the record is a dead letter that was replayed for another consumer group. */
    boolean isReplayedForAnotherGroupThan(String groupId) {
        return isReplayed() && !groupId.equals(header(GROUP_HEADER));
    }

    /** Marks the event as one that was handled before. */
    public void markDuplicate() {
        duplicate = true;
    }

    public boolean isDuplicate() {
        return duplicate;
    }

    /** Marks the event as a change that is older than the watermark and no duplicate. */
    void markLate() {
        late = true;
    }

    boolean isLate() {
        return late;
    }

    /** Removes the event, a watermark that cannot be true. */
    void refuse() {
        event = null;
        done = true;
        refused = true;
    }

    boolean isRefused() {
        return refused;
    }

    /** Marks the record as one that needs no more work. */
    public void markDone() {
        done = true;
    }

    public boolean isDone() {
        return done || joinedTo != null && joinedTo.isDone();
    }

    /** Marks the record as one whose change another record has, too: it is done as soon as that one is. */
    void joinTo(ConsumedRecord other) {
        joinedTo = other;
    }

    /** Whether the record is to be handled itself. */
    public boolean isPending() {
        return !isDone() && !duplicate && joinedTo == null;
    }

    private String header(String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
