package dev.tidewatch.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** TiCDC's column filter: a rule is a pattern of a column name, or excludes with a leading {@code !}. The last matching rule wins. */
final class ColumnFilter {

    private record ColumnRule(boolean include, Pattern column) {
    }

    private final List<ColumnRule> rules = new ArrayList<>();

    /** @throws IllegalArgumentException if a rule is invalid */
    ColumnFilter(List<String> rules) {
        for (String rule : rules) {
            NamePatterns names = new NamePatterns(rule);
            this.rules.add(0, new ColumnRule(!names.skip('!'), names.next()));
            names.end();
        }
    }

    boolean matches(String column) {
        return rules.stream().filter(rule -> rule.column().matcher(column).matches()).findFirst().map(ColumnRule::include).orElse(false);
    }
}
