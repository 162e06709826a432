package dev.tidewatch.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A token of a SQL statement; {@code value} is without backquotes for a NAME, and as written for all others. */
record SqlToken(Kind kind, String value) {

    /** WORD: a keyword or an unquoted name. NAME: a name in backquotes. HINT: TiDB's comment {@code /*T![feature] ... *}{@code /}. */
    enum Kind { WORD, NAME, HINT, OTHER }

    private static final Pattern TOKEN = Pattern.compile("""
        (?<HINT> /\\*T! (?s:.*?) \\*/ )
        | /\\* (?s:.*?) (?: \\*/ | \\z ) | --\\ .* | \\#.*
        | (?<WORD> [\\p{L}_@$] [\\p{L}\\p{Nd}_@$]* )
        | ` (?<NAME> (?: [^`]++ | `` )+ ) `
        | (?<OTHER> ' (?: [^'\\\\]++ | \\\\(?s:.) )* ' | " (?: [^"\\\\]++ | \\\\(?s:.) )* " | [0-9] [\\p{L}\\p{Nd}.]* | \\S )
        """, Pattern.COMMENTS);

    /** Splits a statement into tokens, without comments. */
    static List<SqlToken> split(String sql) {
        List<SqlToken> tokens = new ArrayList<>();
        for (Matcher matcher = TOKEN.matcher(sql); matcher.find();) {
            for (Kind kind : Kind.values()) {
                String value = matcher.group(kind.name());
                if (value != null) {
                    tokens.add(new SqlToken(kind, kind == Kind.NAME ? value.replace("``", "`") : value));
                }
            }
        }
        return tokens;
    }

    boolean is(String word) {
        return kind == Kind.WORD && value.equalsIgnoreCase(word);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.OTHER && value.equals(symbol);
    }

    boolean isName() {
        return kind == Kind.NAME || kind == Kind.WORD;
    }

    String upper() {
        return value.toUpperCase(Locale.ROOT);
    }
}
