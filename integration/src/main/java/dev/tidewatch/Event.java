package dev.tidewatch;

import java.time.Instant;

/** A user event, a row change or a schema change. */
public interface Event {

    /** The same each time the event is sent; at most 36 characters; null when nothing identifies the event. */
    String eventId();

    /** When it happened. */
    Instant eventTime();
}
