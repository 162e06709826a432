package dev.tidewatch.embedded;

import dev.tidewatch.embedded.SqlTokens.Kind;
import dev.tidewatch.embedded.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A statement in TiDB's normal form: keywords upper-case, names in backquotes, canonical words for synonyms, TiDB's spacing. It knows
 * statements about tables, columns, indexes, partitions and databases; what lies beyond comes out readable, but not always as TiDB would
 * print it.
 */
final class DdlText {

    private static final Set<String> KEYWORDS = Set.of(("ADD AFTER ALGORITHM ALTER ALWAYS AND AS ASC AUTO_INCREMENT BEFORE BIGINT BINARY BIT BLOB BOOL BOOLEAN"
        + " BTREE BY CASCADE CHANGE CHAR CHARACTER CHARSET CHECK COLLATE COLUMN COLUMNS COMMENT CONSTRAINT CONVERT CREATE CURRENT_DATE CURRENT_TIMESTAMP"
        + " CURRENT_USER DATABASE DATE DATETIME DECIMAL DEFAULT DEFINER DELETE DESC DOUBLE DROP ENGINE ENUM EXISTS FIRST FLOAT FOREIGN FROM FULLTEXT"
        + " GENERATED GROUP HASH HAVING IF IN INDEX INNER INT INTEGER INTO IS JOIN JSON KEY KEYS LEFT LESS LIKE LIMIT LIST LONGBLOB LONGTEXT MAXVALUE"
        + " MEDIUMBLOB MEDIUMINT MEDIUMTEXT MODIFY NO NOT NOW NULL NUMERIC ON OR ORDER PARTITION PARTITIONS PERSISTENT PRECISION PRIMARY RANGE REFERENCES RENAME"
        + " REPLACE RESTRICT RIGHT ROW_FORMAT SCHEMA SECURITY SELECT SET SMALLINT SQL STORED TABLE TEMPORARY TEXT THAN TIME TIMESTAMP TINYBLOB TINYINT"
        + " TINYTEXT TO TRUE FALSE TRUNCATE UNDEFINED UNIQUE UNSIGNED UPDATE USING VALUES VARBINARY VARCHAR VIEW VIRTUAL WHERE WITH YEAR ZEROFILL").split(" "));
    private static final Map<String, String> SYNONYMS = Map.of("INTEGER", "INT", "NUMERIC", "DECIMAL", "SCHEMA", "DATABASE", "PERSISTENT", "STORED");
    private static final Set<String> BEFORE_NAME = Set.of("TABLE", "EXISTS", "DATABASE", "COLUMN", "AFTER", "TO", "VIEW", "CONSTRAINT",
        "REFERENCES", "FROM", "INDEX", "KEY", "PARTITION", "ON", "LIKE");
    private static final Set<String> NOT_A_NAME = Set.of("IF", "BY", "USING", "UPDATE", "DELETE", "NOT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK",
        "COLUMN", "INDEX", "KEY", "CONSTRAINT", "PARTITION", "FULLTEXT", "LIKE", "NULL", "DEFAULT", "TABLE", "SELECT",
        "EXISTS", "ON", "TO");
    private static final Set<String> SPACE_BEFORE_PARENTHESIS = Set.of("RANGE", "HASH", "LIST", "COLUMNS", "THAN", "IN", "PARTITION", "AND", "OR");

    private final List<Token> source;
    private final List<Token> result = new ArrayList<>();
    private final String verb;
    private final String object;
    private int depth;

    private DdlText(List<Token> source) {
        this.source = source;
        this.verb = source.get(0).upper();
        this.object = source.size() > 1 ? SYNONYMS.getOrDefault(source.get(1).upper(), source.get(1).upper()) : "";
    }

    static String normalised(List<Token> tokens) {
        DdlText text = new DdlText(tokens);
        for (int i = 0; i < tokens.size(); i++) {
            i = text.canonical(i);
        }
        return text.spaced();
    }

    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** Adds the canonical form of the token at {@code at}, perhaps with some that follow. Returns the last position that it used up. */
    private int canonical(int at) {
        Token token = source.get(at);
        if (token.kind() != Kind.WORD) {
            depth += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
            return token.kind() == Kind.TEXT ? text(token, at) : symbol(token, at);
        }
        if (isName(at)) {
            implicitColumn();
            add(Kind.NAME, token.value());
            return at;
        }
        String word = SYNONYMS.getOrDefault(token.upper(), token.upper());
        return switch (word) {
            case "BOOL", "BOOLEAN" -> words(at, "TINYINT", "(", "1", ")");
            case "KEY" -> words(at, previous().equals("PRIMARY") || previous().equals("FOREIGN") ? "KEY" : "INDEX");
            // CREATE UNIQUE INDEX keeps its second word.
            case "UNIQUE" -> words(depth + (verb.equals("ALTER") ? 1 : 0) > 0 && peek(at + 1, "KEY", "INDEX") ? at + 1 : at, "UNIQUE");
            case "DEFAULT" -> peek(at + 1, "CHARACTER", "CHARSET") && object.equals("DATABASE") ? at : words(at, "DEFAULT");
            case "COLLATE" -> option(at, "COLLATE");
            case "CHARSET" -> option(at, "CHARACTER", "SET");
            case "CHARACTER" -> peek(at + 1, "SET") ? option(at + 1, "CHARACTER", "SET") : words(at, "CHARACTER");
            case "COMMENT", "ENGINE", "ALGORITHM", "ROW_FORMAT" -> option(at, word);
            case "DEFINER" -> peek(at + 1, "=") ? definer(at) : words(at, word);
            case "AS" -> at + 1 < source.size() && source.get(at + 1).isSymbol("(") && depth > 0 ? generated(at) : words(at, "AS");
            case "CURRENT_TIMESTAMP", "NOW" -> now(at);
            default -> words(at, word);
        };
    }

    private int symbol(Token token, int at) {
        if (token.kind() == Kind.NAME) {
            implicitColumn();
        }
        result.add(token);
        return at;
    }

    /** TiDB prints the word COLUMN where a statement left it out. */
    private void implicitColumn() {
        if (verb.equals("ALTER") && depth == 0 && List.of("ADD", "DROP", "MODIFY", "CHANGE").contains(previous())) {
            add(Kind.WORD, "COLUMN");
        }
    }

    private int text(Token token, int at) {
        result.add(previous().equals("DEFAULT") ? new Token(Kind.TEXT, "_UTF8MB4" + token.value()) : token);
        return at;
    }

    /** {@code OPTION = value} outside of column definitions, {@code OPTION value} within. */
    private int option(int at, String... words) {
        boolean ofTable = depth == 0 && !definesColumn();
        words(at, words);
        int value = peek(at + 1, "=") ? at + 2 : at + 1;
        if (ofTable) {
            add(Kind.SYMBOL, "=");
        }
        if (value < source.size() && source.get(value).isName()) {
            boolean charset = words.length == 2 && !object.equals("DATABASE");
            add(Kind.WORD, charset ? source.get(value).upper() : source.get(value).value());
            return value;
        }
        return value - 1;
    }

    private boolean definesColumn() {
        return verb.equals("ALTER") && result.stream().anyMatch(token -> token.is("COLUMN"));
    }

    /** TiDB names nobody but the one who runs the statement. */
    private int definer(int at) {
        words(at, "DEFINER", "=", "CURRENT_USER");
        int end = at + 2;
        return peek(end + 1, "@") ? end + 2 : end;
    }

    private int generated(int at) {
        if (!previous().equals("ALWAYS")) {
            words(at, "GENERATED", "ALWAYS");
        }
        return words(at, "AS");
    }

    private int now(int at) {
        words(at, "CURRENT_TIMESTAMP");
        return peek(at + 1, "(") ? at : words(at, "(", ")");
    }

    private int words(int at, String... words) {
        for (String word : words) {
            add(Character.isLetter(word.charAt(0)) ? Kind.WORD : Kind.SYMBOL, word);
        }
        return at;
    }

    private boolean isName(int at) {
        String word = source.get(at).upper();
        boolean qualified = at > 0 && source.get(at - 1).isSymbol(".") || peek(at + 1, ".");
        if (qualified || !KEYWORDS.contains(word) && !peek(at + 1, "(") && !word.startsWith("@")) {
            return true;
        }
        boolean starts = verb.equals("CREATE") && depth == 1 && (previous().equals("(") || previous().equals(","))
            || verb.equals("ALTER") && List.of("ADD", "DROP", "MODIFY", "CHANGE").contains(previous());
        boolean follows = BEFORE_NAME.contains(previous()) && !previousIsAttribute();
        boolean indexed = previous().equals("UNIQUE") && peek(at + 1, "(");
        boolean notKeyword = !KEYWORDS.contains(word);
        return (starts || follows || indexed) && !NOT_A_NAME.contains(word) || notKeyword && !peek(at + 1, "(");
    }

    /** {@code PRIMARY KEY} of a column is followed by its next attribute, not by a name. */
    private boolean previousIsAttribute() {
        return previous().equals("KEY");
    }

    private boolean peek(int at, String... words) {
        return at < source.size() && List.of(words).contains(source.get(at).kind() == Kind.NAME ? "" : source.get(at).upper());
    }

    private String previous() {
        return result.isEmpty() || result.get(result.size() - 1).kind() == Kind.NAME ? "" : result.get(result.size() - 1).value();
    }

    private void add(Kind kind, String value) {
        result.add(new Token(kind, value));
    }

    private String spaced() {
        StringBuilder text = new StringBuilder();
        int level = 0;
        for (int i = 0; i < result.size(); i++) {
            Token token = result.get(i);
            if (i > 0 && isSpaceBetween(i, level)) {
                text.append(' ');
            }
            level += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
            text.append(token.kind() == Kind.NAME ? quoted(token.value()) : token.value());
        }
        return text.toString();
    }

    private boolean isSpaceBetween(int at, int level) {
        Token before = result.get(at - 1);
        Token token = result.get(at);
        if (token.isSymbol("(")) {
            boolean afterName = before.kind() == Kind.NAME && level == 0 && verb.equals("CREATE");
            return afterName || before.isSymbol(")") || before.kind() == Kind.WORD && SPACE_BEFORE_PARENTHESIS.contains(before.value());
        }
        if (before.isSymbol(",")) {
            boolean names = level > 1 && token.kind() == Kind.NAME && result.get(at - 2).kind() == Kind.NAME;
            return names || level == 0 && verb.equals("ALTER");
        }
        if (token.isSymbol("=") || before.isSymbol("=")) {
            return true;
        }
        boolean tight = token.kind() == Kind.SYMBOL || before.kind() == Kind.SYMBOL && !before.isSymbol(")");
        return !tight;
    }

}
