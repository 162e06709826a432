package dev.tidewatch.settings;

import java.time.Duration;
import java.util.Locale;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.PropertyResolver;

/** Reads settings whose values have limits. */
public final class SettingValues {

    private final PropertyResolver settings;

    public SettingValues(PropertyResolver settings) {
        this.settings = settings;
    }

    /**
     * A whole number.
     *
     * @throws UnusableSettingException when it is none, or beyond its limits
     */
    public int number(String property, int least, int most) {
        String text = settings.getRequiredProperty(property).strip();
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw unusable(property, text, "a whole number from %d to %d".formatted(least, most));
    }

    /**
     * A duration, such as {@code 30s}.
     *
     * @throws UnusableSettingException when it is none, or beyond its limits
     */
    public Duration duration(String property, Duration least, Duration most) {
        String text = settings.getRequiredProperty(property).strip();
        try {
            Duration duration = DurationStyle.detectAndParse(text);
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Said below.
        }
        throw unusable(property, text, "a duration from %s to %s, such as 30s, 15m or 12h".formatted(text(least), text(most)));
    }

    /** Why a value cannot be used; {@code tidewatch.login.lock} is {@code TIDEWATCH_LOGIN_LOCK} to its user. */
    public static UnusableSettingException unusable(String property, String text, String expected) {
        String variable = property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        return new UnusableSettingException("%s is \"%s\"; it is %s.".formatted(variable, text, expected));
    }

    private static String text(Duration duration) {
        return duration.toMillis() < 1000 ? duration.toMillis() + "ms"
                : duration.toHours() > 0 ? duration.toHours() + "h" : duration.toSeconds() + "s";
    }
}
