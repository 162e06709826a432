package dev.tidewatch;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** The time format of log lines, responses and headers. */
public final class Times {

    /** ISO 8601, UTC, always with milliseconds; {@code Instant.toString} omits zeros. */
    public static final DateTimeFormatter MILLISECONDS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private static final int SECONDS_OF_A_DAY = 86_400;
    /** Of the years with four digits. */
    private static final long FIRST_SECOND = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Times() {
    }

    /** Formats a time as {@link #MILLISECONDS} does, in a tenth of the time: each line of a row change has two. */
    public static String text(Instant time) {
        long second = time.getEpochSecond();
        if (second < FIRST_SECOND || second > LAST_SECOND) {
            return MILLISECONDS.format(time);
        }
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(second, SECONDS_OF_A_DAY));
        int ofDay = Math.floorMod(second, SECONDS_OF_A_DAY);
        byte[] text = "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.ISO_8859_1);
        put(date.getYear(), text, 3);
        put(date.getMonthValue(), text, 6);
        put(date.getDayOfMonth(), text, 9);
        put(ofDay / 3600, text, 12);
        put(ofDay / 60 % 60, text, 15);
        put(ofDay % 60, text, 18);
        put(time.getNano() / 1_000_000, text, 22);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Adds the digits of a number to zeros. */
    private static void put(int number, byte[] text, int lastDigit) {
        int rest = number;
        for (int i = lastDigit; rest > 0; i--) {
            text[i] += (byte) (rest % 10);
            rest /= 10;
        }
    }
}
