package dev.tidewatch.embedded;

import java.util.ArrayList;
import java.util.List;

/** Finds the column definitions in a CREATE TABLE or ALTER TABLE; the first token of each is the column's name. */
final class ColumnDefinitions {

    private ColumnDefinitions() {
    }

    static List<List<SqlToken>> of(List<SqlToken> tokens) {
        List<List<SqlToken>> definitions = new ArrayList<>();
        boolean create = !tokens.isEmpty() && tokens.get(0).is("CREATE");
        List<SqlToken> current = new ArrayList<>();
        int depth = create ? -1 : 0;
        for (SqlToken token : tokens) {
            if (token.isSymbol("(")) {
                depth++;
            } else if (token.isSymbol(")")) {
                depth--;
            }
            boolean opens = create && depth == 0 && token.isSymbol("(");
            boolean ends = depth < 0 || depth == 0 && token.isSymbol(",");
            if (opens || ends) {
                add(definitions, current);
                current = new ArrayList<>();
            } else {
                current.add(token);
            }
        }
        add(definitions, current);
        return definitions;
    }

    private static void add(List<List<SqlToken>> definitions, List<SqlToken> tokens) {
        int start = 0;
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).is("COLUMN")) {
                start = i + 1;
            }
        }
        if (start < tokens.size() && tokens.get(start).isName()) {
            definitions.add(tokens.subList(start, tokens.size()));
        }
    }
}
