package dev.tidewatch.embedded;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the name patterns of a filter rule, as TiCDC does: a name without quotes has the characters {@code a-z A-Z 0-9 _ $}, characters
 * beyond ASCII, a backslash before any other one, and the wildcards {@code *}, {@code ?} and {@code [a-z]}; any other character is an
 * error. A name in backquotes or double quotes is literal, with that quote doubled; one in slashes is a regular expression.
 * Source: TiDB, pkg/util/table-filter/parser.go.
 */
final class NamePatterns {

    private static final Pattern REGEX = Pattern.compile("/((?:\\\\.|[^/])+)/");
    private static final Pattern BACKQUOTED = Pattern.compile("`((?:``|[^`])+)`");
    private static final Pattern DOUBLE_QUOTED = Pattern.compile("\"((?:\"\"|[^\"])+)\"");
    private static final Pattern RANGE = Pattern.compile("\\[(!?)((?:\\\\[^0-9a-zA-Z]|[^\\\\\\]])+)\\]");
    private static final Pattern PLAIN = Pattern.compile("[0-9a-zA-Z_$\\x{80}-\\x{10FFFF}]");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([^0-9a-zA-Z])");

    private final String rule;
    private int position;

    NamePatterns(String rule) {
        this.rule = rule.strip();
    }

    /** Skips this character if it is next. */
    boolean skip(char expected) {
        boolean found = position < rule.length() && rule.charAt(position) == expected;
        position += found ? 1 : 0;
        return found;
    }

    /** Reads the next pattern; it ignores case. */
    Pattern next() {
        Matcher found = null;
        String regex = (found = at(REGEX)) != null ? ".*?(?:" + found.group(1) + ").*"
            : (found = at(BACKQUOTED)) != null ? Pattern.quote(found.group(1).replace("``", "`"))
            : (found = at(DOUBLE_QUOTED)) != null ? Pattern.quote(found.group(1).replace("\"\"", "\""))
            : wildcards();
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    /** Requires the end of the rule. */
    void end() {
        if (position < rule.length()) {
            throw invalid();
        }
    }

    private String wildcards() {
        StringBuilder regex = new StringBuilder();
        while (position < rule.length() && rule.charAt(position) != '.') {
            Matcher found;
            if (skip('*')) {
                regex.append(".*");
            } else if (skip('?')) {
                regex.append('.');
            } else if ((found = at(RANGE)) != null) {
                // A caret is not special, and neither is a nested bracket or an intersection.
                regex.append(found.group(1).isEmpty() ? "[" : "[^").append(found.group(2).replaceAll("[\\[^&]", "\\\\$0")).append(']');
            } else if ((found = at(ESCAPED)) != null) {
                regex.append(Pattern.quote(found.group(1)));
            } else if ((found = at(PLAIN)) != null) {
                regex.append(Pattern.quote(found.group()));
            } else {
                throw invalid();
            }
        }
        if (regex.isEmpty()) {
            throw invalid();
        }
        return regex.toString();
    }

    private Matcher at(Pattern pattern) {
        Matcher matcher = pattern.matcher(rule).region(position, rule.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        position = matcher.end();
        return matcher;
    }

    IllegalArgumentException invalid() {
        return new IllegalArgumentException("Invalid filter rule, at character " + (position + 1) + ": " + rule);
    }
}
