package dev.tidewatch.consumer;

import java.time.Instant;

/** What a record says has happened. */
public interface Event {

    /** Its identity, the same whenever it is sent; at most 36 characters, and null when it has none. */
    String eventId();

    /** When it happened. */
    Instant eventTime();
}
