package dev.tidewatch.settings;

import java.io.IOException;

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

    static UnusableSettingException unreadable(String name, String file, IOException cause) {
        return new UnusableSettingException(
                "%s names %s, which cannot be read (%s).".formatted(name, file, cause.getClass().getSimpleName()), cause);
    }
}
