package dev.tidewatch.routefiles.check;

import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * A position in a file.
 *
 * @param line from 1; 0 for the file as a whole
 * @param column from 1; 0 for the file as a whole
 */
public record YamlPosition(int line, int column) {

    static final YamlPosition WHOLE_FILE = new YamlPosition(0, 0);

    static YamlPosition of(Mark mark) {
        return new YamlPosition(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** The position after a text. */
    static YamlPosition after(String text) {
        return new YamlPosition((int) text.chars().filter(c -> c == '\n').count() + 1, text.length() - text.lastIndexOf('\n'));
    }
}
