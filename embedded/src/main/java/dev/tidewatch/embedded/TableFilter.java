package dev.tidewatch.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** TiCDC's table filter: a rule is {@code database.table}, or excludes with a leading {@code !}. The last matching rule wins. */
final class TableFilter {

    private record Rule(boolean include, Pattern database, Pattern table) {

        boolean matches(TableName name) {
            return database.matcher(name.database()).matches() && table.matcher(name.name()).matches();
        }
    }

    private final List<Rule> rules = new ArrayList<>();

    /** @throws IllegalArgumentException if a rule is invalid */
    TableFilter(List<String> rules) {
        rules.forEach(rule -> this.rules.add(0, rule(rule)));
    }

    boolean matches(TableName name) {
        return rules.stream().filter(rule -> rule.matches(name)).findFirst().map(Rule::include).orElse(false);
    }

    /** Whether a rule includes a table of this database; if so, statements about the database are sent. */
    boolean matchesDatabase(String database) {
        return rules.stream().anyMatch(rule -> rule.include() && rule.database().matcher(database).matches());
    }

    private static Rule rule(String text) {
        NamePatterns names = new NamePatterns(text);
        boolean include = !names.skip('!');
        Pattern database = names.next();
        if (!names.skip('.')) {
            throw names.invalid();
        }
        Pattern table = names.next();
        names.end();
        return new Rule(include, database, table);
    }
}
