package dev.tidewatch.settings;

import java.time.Duration;
import java.util.regex.Pattern;

/** Checks the values of settings. The variable is the environment variable that sets a value. */
public final class Limits {

    /** The longest duration that a setting may have, unless it says otherwise. */
    public static final Duration YEAR = Duration.ofDays(365);

    private Limits() {
    }

    /**
     * Checks a whole number.
     *
     * @throws UnusableSettingException when it is outside its limits
     */
    public static void number(String variable, long value, long least, long most) {
        if (value < least || value > most) {
            throw unusable(variable, value, "a whole number from %d to %d".formatted(least, most));
        }
    }

    /**
     * Checks a text.
     *
     * @param expected a noun phrase, such as {@code letters and digits}
     * @throws UnusableSettingException when it does not match
     */
    public static void text(String variable, String value, Pattern pattern, String expected) {
        if (value == null || !pattern.matcher(value).matches()) {
            throw unusable(variable, value == null ? "" : value, expected);
        }
    }

    /**
     * Checks a duration.
     *
     * @throws UnusableSettingException when it is null or outside its limits
     */
    public static void duration(String variable, Duration value, Duration least, Duration most) {
        if (value == null || value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw unusable(variable, value == null ? "" : text(value),
                    "a duration from %s to %s, such as 30s, 15m or 12h".formatted(text(least), text(most)));
        }
    }

    /**
     * The exception for a value that a setting cannot have.
     *
     * @param expected a noun phrase, such as {@code a whole number}
     */
    public static UnusableSettingException unusable(String variable, Object value, String expected) {
        return new UnusableSettingException("%s is \"%s\"; it must be %s.".formatted(variable, value, expected));
    }

    private static String text(Duration duration) {
        String[] units = {"h", "m", "s"};
        long[] millis = {3_600_000, 60_000, 1_000};
        for (int i = 0; i < units.length; i++) {
            if (duration.toMillis() != 0 && duration.toMillis() % millis[i] == 0) {
                return duration.toMillis() / millis[i] + units[i];
            }
        }
        return duration.toMillis() + "ms";
    }
}
