package dev.tidewatch.login;

/** A request needs an access token and has none that holds. */
public class InvalidTokenException extends Exception {

    public InvalidTokenException(String message) {
        super(message);
    }
}
