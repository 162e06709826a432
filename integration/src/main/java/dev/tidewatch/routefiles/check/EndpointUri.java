package dev.tidewatch.routefiles.check;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.util.URISupport;

/**
 * The URI of an endpoint in a route file, with placeholders replaced.
 *
 * @param uri without its options
 * @param options from the URI and from {@code parameters}
 * @param parameters the values below {@code parameters}
 * @param at the URI in the file
 * @param step the EIP or option that has the URI
 * @param consumer whether the route consumes from it
 * @param dynamic whether {@code ${…}} in it is evaluated for each message
 */
record EndpointUri(String uri, Map<String, String> options, Map<String, YamlValue> parameters, YamlValue at, String step, boolean consumer,
        boolean dynamic) {

    static EndpointUri of(String written, YamlValue parameters, YamlValue at, String step, boolean consumer, boolean dynamic,
            Placeholders placeholders) {
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, YamlValue> values = new LinkedHashMap<>();
        String uri = URISupport.textBlockToSingleLine(placeholders.resolveOrKeep(written));
        int question = uri.indexOf('?');
        if (question >= 0) {
            query(uri.substring(question + 1)).forEach((name, value) -> options.put(name, unwrapped(String.valueOf(value))));
            uri = uri.substring(0, question);
        }
        if (parameters != null) {
            parameters.entries().forEach((name, value) -> {
                options.put(name, unwrapped(oneLine(placeholders.resolveOrKeep(value.text()))));
                values.put(name, value);
            });
        }
        return new EndpointUri(uri, options, values, at, step, consumer, dynamic);
    }

    String scheme() {
        int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon);
    }

    /** The part after the scheme, without the slashes that Camel ignores. */
    String path() {
        int colon = uri.indexOf(':');
        return colon < 0 ? "" : uri.substring(colon + 1).replaceFirst("^//", "");
    }

    /** The path, or the option that can be written instead of it. */
    String path(String option) {
        return path().isEmpty() ? options.getOrDefault(option, "") : path();
    }

    /** The value in the file that an option comes from. */
    YamlValue yamlOf(String option) {
        return parameters.getOrDefault(option, at);
    }

    /** Camel makes the parameters a part of the URI, whose lines it trims and joins. */
    private static String oneLine(String value) {
        return value.contains("\n") || value.contains("\r") ? value.lines().map(String::trim).collect(Collectors.joining()) : value;
    }

    private static String unwrapped(String value) {
        return isRaw(value) ? value.substring(4, value.length() - 1) : value;
    }

    /** Whether Camel uses the value exactly as written. */
    static boolean isRaw(String value) {
        return value.matches("(?s)RAW(\\(.*\\)|\\{.*})");
    }

    private static Map<String, Object> query(String query) {
        try {
            return URISupport.parseQuery(query, false, true);
        } catch (Exception e) {
            // Invalid options are rejected as an unknown one.
            return Map.of(query, "");
        }
    }
}
