package dev.tidewatch.routefiles.check;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** A sentence that suggests a known name instead of an unknown one. */
final class Suggestion {

    private static final int MAX_LENGTH = 100;

    private Suggestion() {
    }

    /** A sentence to append, with a leading space; empty when no known name is similar. */
    static String forName(String name, Collection<String> known) {
        String plain = plain(name);
        if (plain.length() > MAX_LENGTH) {
            return "";
        }
        return known.stream()
                .filter(candidate -> distance(plain, plain(candidate)) <= Math.max(1, plain.length() / 3))
                .min(Comparator.comparingInt((String candidate) -> distance(plain, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()))
                .map(" Did you mean `%s`?"::formatted)
                .orElse("");
    }

    /** As {@link #forName}, but with all known names when none is similar. */
    static String orList(String name, Collection<String> known) {
        String suggestion = forName(name, known);
        return suggestion.isEmpty() ? " Use one of " + String.join(", ", known) + "." : suggestion;
    }

    /** {@code set-body} and {@code setBody} are the same name. */
    private static String plain(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }

    /** The Damerau-Levenshtein distance: insertions, deletions, substitutions and transpositions of neighbours. */
    private static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int changed = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                steps[i][j] = Math.min(changed, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
                }
            }
        }
        return steps[a.length()][b.length()];
    }
}
