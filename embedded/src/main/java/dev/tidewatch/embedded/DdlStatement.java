package dev.tidewatch.embedded;

import dev.tidewatch.embedded.BinlogQueries.LoggedStatement;
import dev.tidewatch.embedded.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A statement of the binlog and the TiCDC messages for it. */
final class DdlStatement {

    /** The first of these words says what a statement is about. */
    private static final Set<String> OBJECTS = Set.of("TABLE", "DATABASE", "SCHEMA", "VIEW", "INDEX", "TEMPORARY", "USER", "ROLE",
        "FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "SEQUENCE", "SERVER", "PACKAGE");

    private final String database;
    private final String sql;
    private final List<SqlToken> tokens;

    DdlStatement(LoggedStatement statement) {
        this.database = statement.database();
        this.sql = statement.sql();
        this.tokens = SqlToken.split(sql);
    }

    List<SqlToken> tokens() {
        return tokens;
    }

    boolean hasIfExists() {
        return tokens.stream().limit(6).anyMatch(token -> token.is("EXISTS"));
    }

    /**
     * The messages for this statement: an empty list if TiCDC does not replicate it (users, privileges, maintenance, temporary tables), one
     * message for each table if it renames or drops several.
     */
    List<CapturedDdl> changes() {
        if (word(0).equals("TRUNCATE")) {
            return List.of(change("TRUNCATE", nameAt(word(1).equals("TABLE") ? 2 : 1)));
        }
        return switch (word(0) + " " + object()) {
            case "CREATE DATABASE", "DROP DATABASE", "ALTER DATABASE", "CREATE SCHEMA", "DROP SCHEMA", "ALTER SCHEMA" ->
                List.of(change("QUERY", new TableName(databaseName(), "")));
            case "CREATE TABLE" -> List.of(change("CREATE", nameAfter("TABLE")));
            case "ALTER TABLE" -> List.of(alterTable());
            case "RENAME TABLE" -> renames();
            case "DROP TABLE" -> drops("ERASE", "TABLE");
            case "DROP VIEW" -> drops("QUERY", "VIEW");
            case "CREATE VIEW", "ALTER VIEW" -> List.of(change("QUERY", nameAfter("VIEW")));
            case "CREATE INDEX" -> List.of(change("CINDEX", nameAfter("ON")));
            case "DROP INDEX" -> List.of(change("DINDEX", nameAfter("ON")));
            default -> List.of();
        };
    }

    /** The table that a CREATE TABLE ... LIKE copies. */
    Optional<TableName> model() {
        int at = nameEnd(skipIfExists(indexOf("TABLE") + 1));
        int like = at < tokens.size() && tokens.get(at).isSymbol("(") ? at + 1 : at;
        return word(like).equals("LIKE") ? Optional.of(nameAt(like + 1)) : Optional.empty();
    }

    private CapturedDdl change(String type, TableName table) {
        return new CapturedDdl(type, table, null, sql);
    }

    private CapturedDdl alterTable() {
        TableName table = nameAfter("TABLE");
        int at = nameEnd(skipIfExists(indexOf("TABLE") + 1));
        String action = word(at);
        String target = word(at + 1);
        if (action.equals("RENAME") && !Set.of("COLUMN", "INDEX", "KEY").contains(target)) {
            return new CapturedDdl("RENAME", nameAt(Set.of("TO", "AS").contains(target) ? at + 2 : at + 1), table, sql);
        }
        boolean index = Set.of("INDEX", "KEY", "UNIQUE", "FULLTEXT").contains(target);
        return change(index && action.equals("ADD") ? "CINDEX" : index && action.equals("DROP") ? "DINDEX" : "ALTER", table);
    }

    private List<CapturedDdl> renames() {
        List<CapturedDdl> changes = new ArrayList<>();
        for (int at = indexOf("TABLE") + 1; at < tokens.size(); ) {
            TableName from = nameAt(at);
            at = nameEnd(at) + 1;
            TableName to = nameAt(at);
            at = nameEnd(at) + 1;
            changes.add(new CapturedDdl("RENAME", to, from, "RENAME TABLE " + quoted(from) + " TO " + quoted(to)));
        }
        return withOriginalIfSingle(changes);
    }

    private List<CapturedDdl> drops(String type, String object) {
        List<CapturedDdl> changes = new ArrayList<>();
        int at = skipIfExists(indexOf(object) + 1);
        while (at < tokens.size() && tokens.get(at).isName()) {
            TableName table = nameAt(at);
            at = nameEnd(at) + 1;
            changes.add(new CapturedDdl(type, table, null, "DROP " + object + " " + quoted(table)));
        }
        return withOriginalIfSingle(changes);
    }

    /** Consumers recognise duplicates by commitTs and statement: messages with the same commitTs need different statements. */
    private List<CapturedDdl> withOriginalIfSingle(List<CapturedDdl> changes) {
        return changes.size() != 1 ? changes
            : changes.stream().map(change -> new CapturedDdl(change.type(), change.table(), change.renamedFrom(), sql)).toList();
    }

    private String object() {
        return tokens.stream().skip(1).filter(token -> token.kind() == Kind.WORD).map(SqlToken::upper).filter(OBJECTS::contains)
            .findFirst().orElse("");
    }

    private String databaseName() {
        int at = skipIfExists(2);
        boolean omitted = at >= tokens.size() || Set.of("DEFAULT", "CHARACTER", "COLLATE", "CHARSET").contains(word(at));
        return omitted ? database : tokens.get(at).value();
    }

    private TableName nameAfter(String keyword) {
        return nameAt(skipIfExists(indexOf(keyword) + 1));
    }

    private TableName nameAt(int at) {
        String first = tokens.get(at).value();
        return nameEnd(at) == at + 3 ? new TableName(first, tokens.get(at + 2).value()) : new TableName(database, first);
    }

    private int nameEnd(int at) {
        return at + 1 < tokens.size() && tokens.get(at + 1).isSymbol(".") ? at + 3 : at + 1;
    }

    private int skipIfExists(int at) {
        int next = at;
        while (Set.of("IF", "NOT", "EXISTS").contains(word(next))) {
            next++;
        }
        return next;
    }

    private int indexOf(String keyword) {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).is(keyword)) {
                return i;
            }
        }
        throw new IllegalArgumentException("No " + keyword + " in " + sql);
    }

    private String word(int at) {
        return at < tokens.size() && tokens.get(at).kind() == Kind.WORD ? tokens.get(at).upper() : "";
    }

    private static String quoted(TableName table) {
        return "`" + table.database().replace("`", "``") + "`.`" + table.name().replace("`", "``") + "`";
    }
}
