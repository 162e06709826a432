package dev.tidewatch;

import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** How times are written, in lines, answers and headers. */
public final class Times {

    /** ISO 8601, UTC, always with milliseconds; {@code Instant.toString} leaves out those that are zero. */
    public static final DateTimeFormatter MILLISECONDS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private Times() {
    }
}
