package dev.tidewatch.changes;

/**
 * A record that is not a canal-json change: a permanent failure.
 *
 * <p>The message says what is wrong and, if known, what to set. It is safe to log: it holds names of fields and columns and positions, but
 * no value of a row and no control character.
 */
public class UnreadableChangeException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_NAME = 64;

    UnreadableChangeException(String message) {
        super(message);
    }

    public UnreadableChangeException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A name from a message, safe to log: in backticks, shortened, without control characters. */
    static String quoted(String name) {
        StringBuilder quoted = new StringBuilder("`");
        name.codePoints().limit(LONGEST_NAME)
                .map(point -> isPlain(point) ? point : '?')
                .forEach(quoted::appendCodePoint);
        return quoted.append(name.codePointCount(0, name.length()) > LONGEST_NAME ? "...`" : "`").toString();
    }

    private static boolean isPlain(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> point != '`';
        };
    }
}
