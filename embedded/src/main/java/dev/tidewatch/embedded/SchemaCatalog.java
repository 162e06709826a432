package dev.tidewatch.embedded;

import dev.tidewatch.embedded.SqlTokens.Token;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tables and databases at one place of the binlog, learnt from its statements: what a row event does not tell about its table, and which
 * statements change anything at all.
 */
final class SchemaCatalog {

    private final Map<TableName, TableTraits> tables = new HashMap<>();
    private final Set<String> databases = new HashSet<>();

    TableTraits traits(TableName table) {
        return tables.getOrDefault(table, TableTraits.USUAL);
    }

    /** Takes a statement into account. Returns the messages that TiCDC would send for it. */
    List<CapturedDdl> apply(String database, String sql) {
        List<Token> tokens = SqlTokens.of(sql);
        return DdlStatement.changes(database, tokens).stream().filter(change -> apply(change, database, tokens)).toList();
    }

    private boolean apply(CapturedDdl change, String database, List<Token> tokens) {
        TableName table = change.table();
        return switch (change.type()) {
            case "QUERY" -> !table.name().isEmpty() || database(table.database(), tokens);
            case "CREATE" -> {
                // IF NOT EXISTS on a table that exists is written to the binlog, but it is no change.
                boolean created = !tables.containsKey(table) || !hasIfExists(tokens);
                if (created) {
                    tables.put(table, DdlStatement.model(database, tokens).map(this::traits).orElseGet(() -> TableTraits.ofCreate(tokens)));
                }
                // TiCDC passes over a table without a key, from its creation on.
                yield created && traits(table).eligible();
            }
            case "RENAME" -> {
                TableTraits traits = tables.remove(change.renamedFrom());
                tables.put(table, traits == null ? TableTraits.USUAL : traits);
                yield true;
            }
            case "ERASE" -> tables.remove(table) != null || !hasIfExists(tokens);
            case "ALTER", "CINDEX" -> {
                tables.put(table, traits(table).altered(tokens));
                yield true;
            }
            default -> true;
        };
    }

    private boolean database(String name, List<Token> tokens) {
        if (tokens.get(0).is("CREATE")) {
            return databases.add(name) || !hasIfExists(tokens);
        }
        if (tokens.get(0).is("DROP")) {
            tables.keySet().removeIf(table -> table.database().equals(name));
            return databases.remove(name) || !hasIfExists(tokens);
        }
        return true;
    }

    private static boolean hasIfExists(List<Token> tokens) {
        return tokens.stream().limit(6).anyMatch(token -> token.is("EXISTS"));
    }
}
