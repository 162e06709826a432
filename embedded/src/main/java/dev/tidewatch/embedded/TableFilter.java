package dev.tidewatch.embedded;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * TiCDC's table filter. A rule is {@code database.table} with the wildcards {@code *}, {@code ?} and {@code [a-z]}, or with a leading
 * {@code !} to exclude; the last matching rule wins. A name in backquotes or double quotes is literal, one in slashes a regular
 * expression.
 */
final class TableFilter {

    private record Rule(boolean include, Pattern database, Pattern table) {

        boolean matches(TableName name) {
            return database.matcher(name.database()).matches() && table.matcher(name.name()).matches();
        }
    }

    private final List<Rule> rules;

    TableFilter(List<String> rules) {
        this.rules = rules.stream().map(TableFilter::rule).toList();
    }

    boolean matches(TableName name) {
        for (int i = rules.size() - 1; i >= 0; i--) {
            if (rules.get(i).matches(name)) {
                return rules.get(i).include();
            }
        }
        return false;
    }

    /** Whether a rule includes a table of this database; if so, statements about the database are sent. */
    boolean matchesDatabase(String database) {
        return rules.stream().anyMatch(rule -> rule.include() && rule.database().matcher(database).matches());
    }

    private static Rule rule(String text) {
        String rule = text.strip();
        boolean include = !rule.startsWith("!");
        String names = include ? rule : rule.substring(1);
        int dot = separator(names);
        return new Rule(include, pattern(names.substring(0, dot)), pattern(names.substring(dot + 1)));
    }

    private static int separator(String names) {
        char quote = 0;
        for (int i = 0; i < names.length(); i++) {
            char c = names.charAt(i);
            if (quote == 0 && c == '.') {
                return i;
            }
            if (quote == 0 && "`\"/".indexOf(c) >= 0) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
        }
        throw new IllegalArgumentException("A filter rule has the form database.table: " + names);
    }

    private static Pattern pattern(String text) {
        int flags = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
        char first = text.isEmpty() ? 0 : text.charAt(0);
        if (text.length() > 1 && "`\"/".indexOf(first) >= 0 && text.charAt(text.length() - 1) == first) {
            String inner = text.substring(1, text.length() - 1);
            String quote = String.valueOf(first);
            return Pattern.compile(first == '/' ? inner : Pattern.quote(inner.replace(quote + quote, quote)), flags);
        }
        return Pattern.compile(wildcards(text), flags);
    }

    private static String wildcards(String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int end = c == '[' ? text.indexOf(']', i) : -1;
            if (end > 0) {
                regex.append('[').append(text.substring(i + 1, end).replaceFirst("^!", "^")).append(']');
                i = end;
            } else {
                regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c).toLowerCase(Locale.ROOT)));
            }
        }
        return regex.toString();
    }
}
