package dev.tidewatch.consumer;

/** An event with an identity of its own, the same whenever it is sent. */
public interface Identified {

    /** At most 36 characters. */
    String eventId();
}
