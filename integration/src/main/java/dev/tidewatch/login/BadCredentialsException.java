package dev.tidewatch.login;

/** The name is unknown, the password is wrong or the account is locked; nobody is told which. */
public class BadCredentialsException extends Exception {

    public BadCredentialsException(String message) {
        super(message);
    }
}
