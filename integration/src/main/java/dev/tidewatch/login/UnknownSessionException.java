package dev.tidewatch.login;

/** The caller has no open session of this id; whether anybody else has, is not told. */
public class UnknownSessionException extends Exception {

    public UnknownSessionException(String message) {
        super(message);
    }
}
