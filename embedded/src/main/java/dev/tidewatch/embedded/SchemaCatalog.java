package dev.tidewatch.embedded;

import dev.tidewatch.embedded.BinlogQueries.LoggedStatement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables and databases at a position of the binlog, collected from its DDL statements. */
final class SchemaCatalog {

    private final Map<TableName, TableTraits> tables = new HashMap<>();
    private final Set<String> databases = new HashSet<>();

    TableTraits traits(TableName table) {
        return tables.getOrDefault(table, TableTraits.DEFAULT);
    }

    /** Applies a statement. Returns the messages that TiCDC sends for it. */
    List<CapturedDdl> apply(LoggedStatement logged) {
        DdlStatement statement = new DdlStatement(logged);
        return statement.changes().stream().filter(change -> apply(change, statement)).toList();
    }

    private boolean apply(CapturedDdl change, DdlStatement statement) {
        TableName table = change.table();
        return switch (change.type()) {
            case "QUERY" -> !table.name().isEmpty() || applyToDatabase(table.database(), statement);
            case "CREATE" -> {
                // MariaDB writes an IF NOT EXISTS to the binlog even if the table exists.
                boolean created = !tables.containsKey(table) || !statement.hasIfExists();
                if (created) {
                    tables.put(table, statement.model().map(this::traits).orElseGet(() -> TableTraits.ofCreate(statement.tokens())));
                }
                // TiCDC ignores a table without a key, its creation included.
                yield created && traits(table).eligible();
            }
            case "RENAME" -> {
                TableTraits traits = tables.remove(change.renamedFrom());
                tables.put(table, traits == null ? TableTraits.DEFAULT : traits);
                yield true;
            }
            case "ERASE" -> tables.remove(table) != null || !statement.hasIfExists();
            case "ALTER", "CINDEX" -> {
                tables.put(table, traits(table).altered(statement.tokens()));
                yield true;
            }
            default -> true;
        };
    }

    private boolean applyToDatabase(String name, DdlStatement statement) {
        return switch (statement.tokens().get(0).upper()) {
            case "CREATE" -> databases.add(name) || !statement.hasIfExists();
            case "DROP" -> {
                tables.keySet().removeIf(table -> table.database().equals(name));
                yield databases.remove(name) || !statement.hasIfExists();
            }
            default -> true;
        };
    }
}
