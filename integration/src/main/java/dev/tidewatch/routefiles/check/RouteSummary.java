package dev.tidewatch.routefiles.check;

import java.util.List;
import java.util.Set;

/**
 * A route as its file describes it, and the names that only one route can use.
 *
 * @param from the URI of its {@code from}, without options and with placeholders replaced
 * @param uris the URIs of all its endpoints, including {@code from}
 * @param consumed the endpoints that only one route can consume from, such as {@code direct:login} and {@code seda:queue}
 * @param httpPaths the HTTP requests that it serves, such as {@code GET /hello/{}}, or {@code * /hello} for any method
 * @param groups its Kafka consumer groups
 * @param line where it starts, from 1; the same for the column
 */
public record RouteSummary(String id, String description, String from, List<String> uris, Set<String> consumed, Set<String> httpPaths,
        Set<String> groups, int line, int column) {
}
