package dev.tidewatch.live;

import java.nio.charset.StandardCharsets;

/**
 * An event as the buffer holds it.
 *
 * @param topic     0 for user events, 1 for database changes
 * @param eventId   its identity; null when it has none
 * @param after     how far the topics had been read with it
 * @param id        {@code after} as text
 * @param text      its fields {@code event} and {@code data}, as they are sent
 */
record LiveEvent(int topic, int partition, long offset, String eventId, Position after, String id, byte[] text) {

    /** Once it is sent: the field {@code id} and those of {@code text}. */
    static byte[] idLine(String id) {
        return ("id: " + id + '\n').getBytes(StandardCharsets.ISO_8859_1);
    }

    int size() {
        return id.length() + text.length;
    }
}
