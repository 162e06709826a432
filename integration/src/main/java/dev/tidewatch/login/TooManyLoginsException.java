package dev.tidewatch.login;

/** More logins come from a network than it may have. */
public class TooManyLoginsException extends Exception {

    public TooManyLoginsException(String message) {
        super(message);
    }
}
