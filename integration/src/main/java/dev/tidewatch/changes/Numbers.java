package dev.tidewatch.changes;

import java.math.BigDecimal;

/** Converts numbers so that every JSON parser reads the same value: a JSON number if a double represents it exactly, else text. */
final class Numbers {

    private static final long LARGEST_EXACT = 1L << 53;
    private static final int DIGITS_OF_A_LONG = 18;
    // the smallest double, written without an exponent, has about 350 characters: 0.000...49
    private static final int LONGEST_DOUBLE = 400;

    private Numbers() {
    }

    /** A Long up to 2^53, above it the digits without leading zeros, null when the text is not an integer. */
    static Object integer(String text) {
        int first = text.startsWith("-") ? 1 : 0;
        int length = text.length();
        if (first == length) {
            return null;
        }
        int significant = -1;
        for (int i = first; i < length; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return null;
            }
            if (significant < 0 && c != '0') {
                significant = i;
            }
        }
        if (significant < 0) {
            return 0L;
        }
        if (length - significant <= DIGITS_OF_A_LONG) {
            long magnitude = Long.parseLong(text, significant, length, 10);
            if (magnitude <= LARGEST_EXACT) {
                return first == 1 ? -magnitude : magnitude;
            }
        }
        return significant == first ? text : text.substring(0, first) + text.substring(significant);
    }

    /** A Double if it equals the text exactly, else the text. */
    static Object floating(String text) {
        if (text.isEmpty() || text.length() > LONGEST_DOUBLE || !isDecimal(text)) {
            return text;
        }
        try {
            double number = Double.parseDouble(text);
            if (!Double.isFinite(number)) {
                return text;
            }
            String shortest = Double.toString(number);
            boolean exact = shortest.equals(text) || new BigDecimal(shortest).compareTo(new BigDecimal(text)) == 0;
            return exact ? (Object) number : text;
        } catch (NumberFormatException malformed) {
            return text;
        }
    }

    /** Converts any JSON number: to an integer, else to an exact Double, else to the text. */
    static Object any(String text) {
        Object integer = integer(text);
        return integer != null ? integer : floating(text);
    }

    // Double.parseDouble also accepts NaN, 0x1p3, 1d and white space
    private static boolean isDecimal(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E') {
                return false;
            }
        }
        return true;
    }
}
