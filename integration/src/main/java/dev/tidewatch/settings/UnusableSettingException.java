package dev.tidewatch.settings;

/** A setting with which the application cannot start. */
public class UnusableSettingException extends RuntimeException {

    /**
     * @param message a sentence that names the setting and what it may be; it is all that a user gets to read
     */
    public UnusableSettingException(String message) {
        super(message);
    }

    public UnusableSettingException(String message, Throwable cause) {
        super(message, cause);
    }
}
