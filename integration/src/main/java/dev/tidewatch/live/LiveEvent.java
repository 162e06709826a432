package dev.tidewatch.live;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** An event in the buffer. Its texts are made when the first client needs them; without clients, most events need none. Thread-safe. */
final class LiveEvent {

    private final int topic;
    private final int partition;
    private final long offset;
    private final String eventId;
    private final Position after;
    private final int size;
    private Supplier<byte[]> encoding;
    private volatile byte[] text;
    private volatile String id;

    /**
     * An event.
     *
     * @param topic    0 for user events, 1 for database changes
     * @param eventId  its identity; null when it has none
     * @param after    the position after it
     * @param size     about how many bytes it takes
     * @param encoding makes its fields {@code event} and {@code data}, as sent
     */
    LiveEvent(int topic, int partition, long offset, String eventId, Position after, int size, Supplier<byte[]> encoding) {
        this.topic = topic;
        this.partition = partition;
        this.offset = offset;
        this.eventId = eventId;
        this.after = after;
        this.size = size;
        this.encoding = encoding;
    }

    int topic() {
        return topic;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    String eventId() {
        return eventId;
    }

    Position after() {
        return after;
    }

    int size() {
        return size;
    }

    /** The position after it, as text. */
    String id() {
        if (id == null) {
            id = after.toString();
        }
        return id;
    }

    /** Its fields {@code event} and {@code data}, as sent. */
    byte[] text() {
        if (text == null) {
            encode();
        }
        return text;
    }

    private synchronized void encode() {
        if (text == null) {
            text = encoding.get();
            // It holds the event.
            encoding = null;
        }
    }

    /** The field {@code id} of a server-sent event. */
    static byte[] idLine(String id) {
        return ("id: " + id + '\n').getBytes(StandardCharsets.ISO_8859_1);
    }
}
