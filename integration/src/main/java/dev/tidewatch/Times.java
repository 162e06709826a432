package dev.tidewatch;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.Year;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** The time format of log lines, responses and headers. */
public final class Times {

    /** ISO 8601, UTC, always with milliseconds; {@code Instant.toString} omits zeros. */
    static final DateTimeFormatter MILLISECONDS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private static final String PATTERN = "0000-00-00T00:00:00.000Z";
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
        byte[] text = PATTERN.getBytes(StandardCharsets.ISO_8859_1);
        put(date.getYear(), text, 3);
        put(date.getMonthValue(), text, 6);
        put(date.getDayOfMonth(), text, 9);
        put(ofDay / 3600, text, 12);
        put(ofDay / 60 % 60, text, 15);
        put(ofDay % 60, text, 18);
        put(time.getNano() / 1_000_000, text, 22);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** The time of a text in the format of {@link #text}; null for any other text, also for one that names no time. */
    public static Instant instant(String text) {
        if (text.length() != PATTERN.length()) {
            return null;
        }
        for (int i = 0; i < PATTERN.length(); i++) {
            char c = text.charAt(i);
            if (PATTERN.charAt(i) == '0' ? c < '0' || c > '9' : c != PATTERN.charAt(i)) {
                return null;
            }
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (month < 1 || month > 12 || day < 1 || day > Month.of(month).length(Year.isLeap(year)) || hour > 23
                || minute > 59 || second > 59) {
            return null;
        }
        return Instant.ofEpochSecond(LocalDate.of(year, month, day).toEpochDay() * SECONDS_OF_A_DAY + hour * 3600 + minute * 60 + second,
                number(text, 20, 23) * 1_000_000L);
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
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
