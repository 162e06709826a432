package dev.tidewatch.routefiles.check;

import java.nio.file.Path;

/**
 * Why a file is not loaded.
 *
 * @param line from 1; 0 for the file as a whole
 * @param column from 1; 0 for the file as a whole
 * @param reason a sentence that says what is wrong, and one that says what to write instead
 */
public record Rejection(Path file, int line, int column, String reason) {

    @Override
    public String toString() {
        return "%s:%d:%d: %s".formatted(file, line, column, reason);
    }
}
