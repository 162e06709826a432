package dev.tidewatch.embedded;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The properties of a table that its row events do not contain.
 *
 * @param eligible whether it has a primary key, or a unique key without NULL; TiCDC ignores other tables
 * @param primaryKey whether it has a primary key
 * @param clustered whether an update of the primary key deletes the row and inserts another, TiDB's default
 * @param virtualColumns the virtual generated columns, which changes do not contain
 */
record TableTraits(boolean eligible, boolean primaryKey, boolean clustered, Set<String> virtualColumns) {

    static final TableTraits DEFAULT = new TableTraits(true, true, true, Set.of());

    static TableTraits ofCreate(List<SqlToken> tokens) {
        boolean primaryKey = hasSequence(tokens, "PRIMARY", "KEY") || tokens.stream().anyMatch(token -> token.is("SERIAL"));
        boolean clustered = tokens.stream().noneMatch(TableTraits::isNonclustered);
        return new TableTraits(primaryKey || hasUniqueKeyWithoutNull(tokens), primaryKey, clustered, virtualColumns(tokens));
    }

    TableTraits altered(List<SqlToken> tokens) {
        boolean hasKey = !hasSequence(tokens, "DROP", "PRIMARY") && (primaryKey || hasSequence(tokens, "PRIMARY", "KEY"));
        Set<String> virtual = new HashSet<>(virtualColumns);
        virtual.addAll(virtualColumns(tokens));
        return new TableTraits(eligible || hasKey, hasKey, clustered, virtual);
    }

    private static boolean isNonclustered(SqlToken token) {
        return token.is("NONCLUSTERED") || token.kind() == SqlToken.Kind.HINT && token.upper().contains("NONCLUSTERED");
    }

    private static boolean hasUniqueKeyWithoutNull(List<SqlToken> tokens) {
        List<List<SqlToken>> definitions = ColumnDefinitions.of(tokens);
        Set<String> required = definitions.stream().filter(definition -> hasSequence(definition, "NOT", "NULL"))
            .map(definition -> definition.get(0).value()).collect(Collectors.toSet());
        return definitions.stream().anyMatch(definition -> {
            if (!definition.get(0).is("UNIQUE")) {
                return required.contains(definition.get(0).value()) && definition.stream().anyMatch(token -> token.is("UNIQUE"));
            }
            return definition.stream().dropWhile(token -> !token.isSymbol("(")).filter(SqlToken::isName).map(SqlToken::value)
                .allMatch(required::contains);
        });
    }

    private static boolean hasSequence(List<SqlToken> tokens, String first, String second) {
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).is(first) && tokens.get(i + 1).is(second)) {
                return true;
            }
        }
        return false;
    }

    /** Columns with {@code AS (...)} that are neither STORED nor PERSISTENT. */
    private static Set<String> virtualColumns(List<SqlToken> tokens) {
        return ColumnDefinitions.of(tokens).stream()
            .filter(definition -> definition.stream().skip(1).anyMatch(token -> token.is("AS")))
            .filter(definition -> definition.stream().noneMatch(token -> token.is("STORED") || token.is("PERSISTENT")))
            .map(definition -> definition.get(0).value())
            .collect(Collectors.toSet());
    }
}
