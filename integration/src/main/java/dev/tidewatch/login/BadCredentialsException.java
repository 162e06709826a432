package dev.tidewatch.login;

/** The name is unknown or the password is wrong; nobody is told which. */
public class BadCredentialsException extends Exception {

    public BadCredentialsException(String message) {
        super(message);
    }
}
