package dev.tidewatch.outbox;

/** A record that is not a user event; the message names the defect and contains nothing of the record. */
public class UnreadableEventException extends Exception {

    UnreadableEventException(String message, Throwable cause) {
        super(message, cause);
    }
}
