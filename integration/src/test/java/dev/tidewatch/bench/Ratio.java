package dev.tidewatch.bench;

import java.util.Locale;

/**
 * A figure that is comparable between machines.
 *
 * @param value of this application relative to its peer or to a limit; larger is better
 * @param goal the value to reach
 */
record Ratio(String text, double value, double goal) {

    @Override
    public String toString() {
        return "%s; ratio %s, the goal is %s".formatted(text, number(value), number(goal));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
