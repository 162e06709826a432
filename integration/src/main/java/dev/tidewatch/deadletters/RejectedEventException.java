package dev.tidewatch.deadletters;

/** A route does not want an event; the message is the reason that it gave. */
final class RejectedEventException extends Exception {

    private static final long serialVersionUID = 1L;

    RejectedEventException(String reason) {
        super(reason);
    }
}
