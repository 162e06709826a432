package dev.tidewatch.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits a statement into tokens; comments fall away, except TiDB's own {@code /*T![feature] ... *}{@code /}. */
final class SqlTokens {

    enum Kind { WORD, NAME, TEXT, NUMBER, SYMBOL, TIDB_COMMENT }

    /** A token; {@code value} is without quotes for a NAME, and as it was written for everything else. */
    record Token(Kind kind, String value) {

        boolean is(String word) {
            return kind == Kind.WORD && value.equalsIgnoreCase(word);
        }

        boolean isSymbol(String symbol) {
            return kind == Kind.SYMBOL && value.equals(symbol);
        }

        boolean isName() {
            return kind == Kind.NAME || kind == Kind.WORD;
        }

        String upper() {
            return value.toUpperCase(Locale.ROOT);
        }
    }

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private SqlTokens(String sql) {
        this.sql = sql;
    }

    static List<Token> of(String sql) {
        SqlTokens scanner = new SqlTokens(sql);
        while (scanner.at < sql.length()) {
            scanner.next();
        }
        return scanner.tokens;
    }

    private void next() {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (sql.startsWith("/*", at)) {
            comment();
        } else if (sql.startsWith("-- ", at) || c == '#') {
            int end = sql.indexOf('\n', at);
            at = end < 0 ? sql.length() : end + 1;
        } else if (c == '`') {
            quoted(c, Kind.NAME);
        } else if (c == '\'' || c == '"') {
            quoted(c, Kind.TEXT);
        } else if (Character.isDigit(c)) {
            take(Kind.NUMBER, end(i -> Character.isLetterOrDigit(sql.charAt(i)) || sql.charAt(i) == '.'));
        } else if (Character.isLetter(c) || c == '_' || c == '@' || c == '$') {
            take(Kind.WORD, end(i -> Character.isLetterOrDigit(sql.charAt(i)) || "_@$".indexOf(sql.charAt(i)) >= 0));
        } else {
            take(Kind.SYMBOL, at + 1);
        }
    }

    private void comment() {
        int close = sql.indexOf("*/", at);
        int end = close < 0 ? sql.length() : close + 2;
        if (sql.startsWith("/*T!", at)) {
            take(Kind.TIDB_COMMENT, end);
        } else {
            at = end;
        }
    }

    private void quoted(char quote, Kind kind) {
        StringBuilder name = new StringBuilder();
        int i = at + 1;
        for (; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '\\' && kind == Kind.TEXT) {
                name.append(c).append(sql.charAt(++i));
            } else if (c != quote) {
                name.append(c);
            } else if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                name.append(kind == Kind.NAME ? String.valueOf(quote) : "" + quote + quote);
                i++;
            } else {
                break;
            }
        }
        tokens.add(new Token(kind, kind == Kind.NAME ? name.toString() : "'" + name + "'"));
        at = i + 1;
    }

    private int end(java.util.function.IntPredicate inside) {
        int end = at;
        while (end < sql.length() && inside.test(end)) {
            end++;
        }
        return end;
    }

    private void take(Kind kind, int end) {
        tokens.add(new Token(kind, sql.substring(at, end)));
        at = end;
    }
}
