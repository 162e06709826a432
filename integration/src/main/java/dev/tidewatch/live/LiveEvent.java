package dev.tidewatch.live;

import java.nio.charset.StandardCharsets;

/**
 * An event in the buffer.
 *
 * @param topic     0 for user events, 1 for database changes
 * @param eventId   its identity; null when it has none
 * @param after     the position after it
 * @param id        {@code after} as text
 * @param text      its fields {@code event} and {@code data}, as sent
 */
record LiveEvent(int topic, int partition, long offset, String eventId, Position after, String id, byte[] text) {

    /** The field {@code id} of a server-sent event. */
    static byte[] idLine(String id) {
        return ("id: " + id + '\n').getBytes(StandardCharsets.ISO_8859_1);
    }

    int size() {
        return id.length() + text.length;
    }
}
