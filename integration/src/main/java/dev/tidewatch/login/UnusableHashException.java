package dev.tidewatch.login;

/** A password hash that is malformed or too expensive to verify. */
class UnusableHashException extends RuntimeException {

    /**
     * @param reason is logged; contains nothing of the hash
     */
    UnusableHashException(String reason) {
        super(reason);
    }
}
