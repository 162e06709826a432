package dev.tidewatch.routefiles.check;

import java.nio.file.Path;

/**
 * Why a file is not loaded.
 *
 * @param line from 1; 0 when the whole file is meant
 * @param column from 1; 0 when the whole file is meant
 * @param reason a sentence that says what is wrong, and one that says what to write instead
 */
public record Rejection(Path file, int line, int column, String reason) {

    @Override
    public String toString() {
        return "%s:%d:%d: %s".formatted(file, line, column, reason);
    }
}
