package dev.tidewatch.settings;

import java.io.IOException;

/** A setting that prevents the application from starting. */
public class UnusableSettingException extends RuntimeException {

    /**
     * @param message names the setting, its value and the allowed values; the user sees nothing else
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
