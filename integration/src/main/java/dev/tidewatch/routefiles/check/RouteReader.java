package dev.tidewatch.routefiles.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Extracts endpoints and names from a route in YAML. */
final class RouteReader {

    /** Steps and options whose text is an endpoint URI. */
    private static final Set<String> URIS = Set.of("from", "to", "toD", "wireTap", "poll", "deadLetterUri", "compensation", "completion");
    private static final Set<String> EVALUATED = Set.of("toD", "wireTap", "poll");
    /** Their URI is only a pattern. */
    private static final Set<String> PATTERNS = Set.of("interceptFrom", "interceptSendToEndpoint");
    /** Steps that compute the endpoint from an expression. */
    static final Set<String> COMPUTED = Set.of("enrich", "pollEnrich", "recipientList", "routingSlip", "dynamicRouter");
    private static final Pattern PATH_VARIABLE = Pattern.compile("\\{[^}/]*}");

    private final Placeholders placeholders;

    RouteReader(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    RouteSummary summary(YamlValue route) {
        List<EndpointUri> endpoints = endpoints(route);
        RouteSummary names = consumedBy(endpoints.stream().filter(EndpointUri::consumer).toArray(EndpointUri[]::new));
        if (endpoints.stream().anyMatch(source -> source.consumer() && source.scheme().equals("kamelet")
                && source.options().getOrDefault("groupId", "").isBlank())) {
            names.groups().add(route.text("id"));
        }
        return new RouteSummary(route.text("id"), route.text("description"), endpoints.isEmpty() ? "" : endpoints.get(0).uri(),
                endpoints.stream().map(EndpointUri::uri).distinct().toList(), names.consumed(), names.httpPaths(), names.groups(),
                route.position().line(), route.position().column());
    }

    /** The names that consumers on these endpoints use. */
    RouteSummary consumedBy(EndpointUri... endpoints) {
        Set<String> consumed = new LinkedHashSet<>();
        Set<String> paths = new LinkedHashSet<>();
        Set<String> groups = new LinkedHashSet<>();
        for (EndpointUri endpoint : endpoints) {
            switch (endpoint.scheme()) {
                case "direct", "seda" -> consumed.add(endpoint.scheme() + ":" + endpoint.path("name"));
                case "platform-http" -> paths.addAll(httpPaths(endpoint.options().get("httpMethodRestrict"), endpoint.path("path")));
                default -> {
                }
            }
            if (!endpoint.options().getOrDefault("groupId", "").isBlank()) {
                groups.add(endpoint.options().get("groupId"));
            }
        }
        return new RouteSummary("", "", "", List.of(), consumed, paths, groups, 0, 0);
    }

    /** The endpoints below a value, in the order of the file. */
    List<EndpointUri> endpoints(YamlValue value) {
        List<EndpointUri> found = new ArrayList<>();
        collect("", value, found);
        return found;
    }

    private void collect(String key, YamlValue value, List<EndpointUri> found) {
        if (value.isText() && URIS.contains(key)) {
            found.add(endpoint(key, value.text(), null, value));
        } else if (key.equals("kamelet") && value.isText()) {
            found.add(endpoint(key, "kamelet:" + value.text(), null, value));
        } else if (key.equals("kamelet") && value.isMap()) {
            YamlValue name = value.get("name").orElse(value);
            found.add(endpoint(key, "kamelet:" + name.text(), value.get("parameters").orElse(null), name));
        } else if (COMPUTED.contains(key)) {
            for (YamlValue constant : expressions(value, "constant")) {
                for (String uri : key.endsWith("nrich") ? new String[] {constant.text()} : constant.text().split(",")) {
                    found.add(endpoint(key, uri.strip(), null, constant));
                }
            }
            if (key.endsWith("nrich")) {
                expressions(value, "simple").forEach(simple ->
                        found.add(EndpointUri.of(simple.text(), null, simple, key, key.equals("pollEnrich"), true, placeholders)));
            }
        } else if (value.isMap() && value.get("uri").isPresent() && !PATTERNS.contains(key)) {
            found.add(endpoint(key, value.text("uri"), value.get("parameters").orElse(null), value.get("uri").orElse(value)));
        }
        value.entries().forEach((name, entry) -> {
            if (!name.equals("parameters")) {
                collect(name, entry, found);
            }
        });
        value.items().forEach(item -> collect(key.equals("steps") ? "" : key, item, found));
    }

    /** The texts of the expressions of a step in one language. */
    static List<YamlValue> expressions(YamlValue step, String language) {
        List<YamlValue> texts = new ArrayList<>();
        for (YamlValue holder : step.get("expression").filter(YamlValue::isMap).map(inner -> List.of(step, inner)).orElse(List.of(step))) {
            holder.get(language).map(text -> text.isMap() ? text.get("expression").orElse(text) : text).ifPresent(texts::add);
        }
        return texts;
    }

    private EndpointUri endpoint(String key, String uri, YamlValue parameters, YamlValue at) {
        boolean consumer = key.equals("from") || key.equals("poll") || key.equals("pollEnrich");
        return EndpointUri.of(uri, parameters, at, key, consumer, EVALUATED.contains(key), placeholders);
    }

    /** The ids in a value and below it. */
    static void collectIds(String key, YamlValue value, BiConsumer<String, YamlValue> found) {
        if (key.equals("parameters")) {
            return;
        }
        value.get("id").filter(YamlValue::isText).ifPresent(id -> found.accept(id.text(), id));
        value.entries().forEach((name, entry) -> collectIds(name, entry, found));
        value.items().forEach(item -> collectIds(key, item, found));
    }

    /** The path, once for each method. */
    static Set<String> httpPaths(String methods, String path) {
        Set<String> paths = new LinkedHashSet<>();
        for (String method : methods == null || methods.isBlank() ? new String[] {"*"} : methods.split(",")) {
            String plain = PATH_VARIABLE.matcher("/" + path.replaceFirst("^/+", "").replaceFirst("/+$", "")).replaceAll("{}");
            paths.add(method.strip().toUpperCase(Locale.ROOT) + " " + plain);
        }
        return paths;
    }

    /** Whether a request can match both. */
    static boolean overlap(String one, String other) {
        String[] a = one.split(" ", 2);
        String[] b = other.split(" ", 2);
        return a[1].equals(b[1]) && (a[0].equals(b[0]) || a[0].equals("*") || b[0].equals("*"));
    }

    String resolved(String text) {
        return placeholders.resolveOrKeep(text);
    }
}
