package dev.tidewatch.deadletters;

/** A route rejects an event; the message is the reason that it gives. */
final class RejectedEventException extends Exception {

    private static final long serialVersionUID = 1L;

    RejectedEventException(String reason) {
        super(reason);
    }
}
