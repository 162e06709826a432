package dev.tidewatch.login;

/** The current password of a change is wrong, or the account is locked; the caller is not told which. */
public class WrongPasswordException extends Exception {

    public WrongPasswordException(String message) {
        super(message);
    }
}
