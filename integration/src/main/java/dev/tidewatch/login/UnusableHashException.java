package dev.tidewatch.login;

/** A password hash that is malformed, or would take too long to check. */
class UnusableHashException extends RuntimeException {

    /**
     * @param reason stands in the log, and shows nothing of the hash
     */
    UnusableHashException(String reason) {
        super(reason);
    }
}
