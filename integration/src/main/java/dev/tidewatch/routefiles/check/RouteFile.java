package dev.tidewatch.routefiles.check;

import java.nio.file.Path;
import java.util.List;

/**
 * A file that may be loaded.
 *
 * @param text what was checked, and is to be loaded: the file may have changed since
 * @param routes its routes, and as one without steps each {@code rest} that answers requests
 * @param configurations the ids of its route configurations
 */
public record RouteFile(Path path, String text, List<RouteSummary> routes, List<String> configurations) {

    /** Whether a file in a folder of routes is meant to be one, by its name. */
    public static boolean isNamedSo(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".camel.yaml") && !name.startsWith(".");
    }
}
