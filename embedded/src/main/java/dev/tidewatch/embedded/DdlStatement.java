package dev.tidewatch.embedded;

import dev.tidewatch.embedded.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A statement about tables, views, indexes or databases: what it does to which of them, as TiCDC's DDL messages tell it. */
final class DdlStatement {

    private final String database;
    private final List<Token> tokens;

    private DdlStatement(String database, List<Token> tokens) {
        this.database = database;
        this.tokens = tokens;
    }

    /**
     * The messages for a statement: none for one that is not replicated (users, rights, maintenance, temporary tables), several for one
     * that renames or drops several tables.
     *
     * @param database the session's default database, or the empty text
     */
    static List<CapturedDdl> changes(String database, List<Token> tokens) {
        return new DdlStatement(database, new ArrayList<>(tokens)).changes();
    }

    /** The table that a CREATE TABLE ... LIKE copies. */
    static Optional<TableName> model(String database, List<Token> tokens) {
        DdlStatement statement = new DdlStatement(database, tokens);
        int at = statement.nameEnd(statement.afterIfExists(statement.indexOf("TABLE") + 1));
        int like = at < tokens.size() && tokens.get(at).isSymbol("(") ? at + 1 : at;
        return statement.word(like).equals("LIKE") ? Optional.of(statement.nameAt(like + 1)) : Optional.empty();
    }

    private List<CapturedDdl> changes() {
        String verb = word(0);
        String object = objectWord();
        String sql = DdlText.normalised(tokens);
        return switch (verb + " " + object) {
            case "CREATE DATABASE", "DROP DATABASE", "ALTER DATABASE" -> List.of(new CapturedDdl("QUERY", databaseName(), sql));
            case "CREATE TABLE" -> List.of(new CapturedDdl("CREATE", tableAfter("TABLE"), sql));
            case "ALTER TABLE" -> List.of(alterTable(sql));
            case "TRUNCATE TABLE" -> List.of(new CapturedDdl("TRUNCATE", tableAfter("TABLE"), sql));
            case "RENAME TABLE" -> renames(sql);
            case "DROP TABLE" -> drops("ERASE", "TABLE");
            case "DROP VIEW" -> drops("QUERY", "VIEW");
            case "CREATE VIEW", "ALTER VIEW" -> List.of(new CapturedDdl("QUERY", tableAfter("VIEW"), sql));
            case "CREATE INDEX" -> List.of(new CapturedDdl("CINDEX", tableAfter("ON"), sql));
            case "DROP INDEX" -> List.of(new CapturedDdl("DINDEX", tableAfter("ON"), sql));
            default -> List.of();
        };
    }

    private CapturedDdl alterTable(String sql) {
        TableName table = tableAfter("TABLE");
        int at = indexOf("TABLE") + 1;
        at = nameEnd(at);
        String action = word(at);
        String target = word(at + 1);
        if (action.equals("RENAME") && !List.of("COLUMN", "INDEX", "KEY").contains(target)) {
            int name = List.of("TO", "AS").contains(target) ? at + 2 : at + 1;
            return new CapturedDdl("RENAME", nameAt(name), table, sql);
        }
        boolean index = List.of("INDEX", "KEY", "UNIQUE", "FULLTEXT").contains(target);
        String type = index && action.equals("ADD") ? "CINDEX" : index && action.equals("DROP") ? "DINDEX" : "ALTER";
        return new CapturedDdl(type, table, sql);
    }

    private List<CapturedDdl> renames(String sql) {
        List<CapturedDdl> changes = new ArrayList<>();
        int at = indexOf("TABLE") + 1;
        while (at < tokens.size()) {
            TableName from = nameAt(at);
            at = nameEnd(at) + 1;
            TableName to = nameAt(at);
            at = nameEnd(at) + 1;
            changes.add(new CapturedDdl("RENAME", to, from, "RENAME TABLE " + quoted(from) + " TO " + quoted(to)));
        }
        // A single rename keeps the names as they were written, several are told one by one with their database.
        CapturedDdl first = changes.get(0);
        return changes.size() == 1 ? List.of(new CapturedDdl("RENAME", first.table(), first.renamedFrom(), sql)) : changes;
    }

    private List<CapturedDdl> drops(String type, String object) {
        List<CapturedDdl> changes = new ArrayList<>();
        int at = afterIfExists(indexOf(object) + 1);
        boolean ifExists = at > indexOf(object) + 1;
        while (at < tokens.size() && tokens.get(at).isName()) {
            TableName table = nameAt(at);
            changes.add(new CapturedDdl(type, table, "DROP " + object + (ifExists ? " IF EXISTS " : " ") + quoted(table)));
            at = nameEnd(at) + 1;
        }
        return changes;
    }

    private String objectWord() {
        for (int i = 1; i < tokens.size(); i++) {
            String word = word(i);
            switch (word) {
                case "TABLE", "DATABASE", "VIEW", "INDEX" -> {
                    return word;
                }
                case "SCHEMA" -> {
                    return "DATABASE";
                }
                case "TEMPORARY", "USER", "ROLE", "FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "SEQUENCE", "SERVER", "PACKAGE" -> {
                    return "";
                }
                default -> {
                    if (word(0).equals("TRUNCATE")) {
                        tokens.add(1, new Token(SqlTokens.Kind.WORD, "TABLE"));
                        return "TABLE";
                    }
                }
            }
        }
        return "";
    }

    private TableName databaseName() {
        int at = afterIfExists(2);
        return new TableName(at < tokens.size() && !isOption(at) ? tokens.get(at).value() : database, "");
    }

    private boolean isOption(int at) {
        return List.of("DEFAULT", "CHARACTER", "COLLATE", "CHARSET").contains(word(at));
    }

    private TableName tableAfter(String keyword) {
        return nameAt(afterIfExists(indexOf(keyword) + 1));
    }

    private TableName nameAt(int at) {
        boolean qualified = nameEnd(at) == at + 3;
        return qualified ? new TableName(tokens.get(at).value(), tokens.get(at + 2).value()) : new TableName(database, tokens.get(at).value());
    }

    private int nameEnd(int at) {
        return at + 1 < tokens.size() && tokens.get(at + 1).isSymbol(".") ? at + 3 : at + 1;
    }

    private int afterIfExists(int at) {
        int next = at;
        while (next < tokens.size() && tokens.get(next).kind() == SqlTokens.Kind.WORD && List.of("IF", "NOT", "EXISTS").contains(word(next))) {
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
        throw new IllegalArgumentException("No " + keyword + " in " + tokens);
    }

    private String word(int at) {
        return at < tokens.size() && tokens.get(at).kind() == SqlTokens.Kind.WORD ? tokens.get(at).value().toUpperCase(Locale.ROOT) : "";
    }

    static String quoted(TableName table) {
        return DdlText.quoted(table.database()) + "." + DdlText.quoted(table.name());
    }
}
