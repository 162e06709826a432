package dev.tidewatch.routefiles.check;

import java.util.List;
import java.util.Set;

/**
 * What a route is and takes for itself, read from its file.
 *
 * @param from the URI that it begins with, without its options and with placeholders replaced
 * @param uris the URIs of all endpoints that it names, its {@code from} among them
 * @param consumed the endpoints that only one route may read, such as {@code direct:login} and {@code seda:queue}
 * @param httpPaths the HTTP requests that it answers, such as {@code GET /hello/{}}, or {@code * /hello} for any method
 * @param groups the Kafka consumer groups that it is in
 * @param line where it begins, from 1; so is the column
 */
public record RouteSummary(String id, String description, String from, List<String> uris, Set<String> consumed, Set<String> httpPaths,
        Set<String> groups, int line, int column) {
}
