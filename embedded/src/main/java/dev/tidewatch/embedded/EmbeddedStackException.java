package dev.tidewatch.embedded;

/** The stack cannot start here; the message says what to do instead. */
final class EmbeddedStackException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    EmbeddedStackException(String message) {
        super(message);
    }
}
