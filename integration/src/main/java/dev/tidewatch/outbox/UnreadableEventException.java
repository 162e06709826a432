package dev.tidewatch.outbox;

/** A record that is no user event; the message names what is wrong with it and holds nothing of its content. */
public class UnreadableEventException extends Exception {

    UnreadableEventException(String message, Throwable cause) {
        super(message, cause);
    }
}
