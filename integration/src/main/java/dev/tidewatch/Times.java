package dev.tidewatch;

import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** The time format of log lines, responses and headers. */
public final class Times {

    /** ISO 8601, UTC, always with milliseconds; {@code Instant.toString} omits zeros. */
    public static final DateTimeFormatter MILLISECONDS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private Times() {
    }
}
