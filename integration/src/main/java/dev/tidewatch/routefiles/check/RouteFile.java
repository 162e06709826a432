package dev.tidewatch.routefiles.check;

import java.nio.file.Path;
import java.util.List;

/**
 * A file that passed the check.
 *
 * @param text the checked text, which is the one to load: the file may have changed since
 * @param configurations the ids of its route configurations
 */
public record RouteFile(Path path, String text, List<RouteSummary> routes, List<String> configurations) {

    /** Whether the name of a file in a route folder is that of a route file. */
    public static boolean hasName(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".camel.yaml") && !name.startsWith(".");
    }
}
