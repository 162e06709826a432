package dev.tidewatch.routefiles.check;

import dev.tidewatch.routefiles.check.Placeholders.UnresolvedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.util.URISupport;

/**
 * An endpoint that a file names, with placeholders replaced.
 *
 * @param uri without its options
 * @param options those of the URI and those of {@code parameters}
 * @param places where each of the latter stands
 * @param at where the URI stands
 * @param step the step or option that names it; empty in a pattern
 * @param consumer whether the route reads from it
 * @param dynamic whether {@code ${…}} in it is evaluated for each message
 */
record Endpoint(String uri, Map<String, String> options, Map<String, YamlValue> places, YamlValue at, String step, boolean consumer,
        boolean dynamic) {

    static Endpoint of(String written, YamlValue parameters, YamlValue at, String step, boolean consumer, boolean dynamic,
            Placeholders placeholders) {
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, YamlValue> places = new LinkedHashMap<>();
        String uri = URISupport.textBlockToSingleLine(resolved(written, placeholders));
        int question = uri.indexOf('?');
        if (question >= 0) {
            query(uri.substring(question + 1)).forEach((name, value) -> options.put(name, unwrapped(String.valueOf(value))));
            uri = uri.substring(0, question);
        }
        if (parameters != null) {
            parameters.entries().forEach((name, value) -> {
                options.put(name, unwrapped(oneLine(resolved(value.text(), placeholders))));
                places.put(name, value);
            });
        }
        return new Endpoint(uri, options, places, at, step, consumer, dynamic);
    }

    String scheme() {
        int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon);
    }

    /** What follows the scheme, without the slashes that Camel passes over. */
    String path() {
        int colon = uri.indexOf(':');
        return colon < 0 ? "" : uri.substring(colon + 1).replaceFirst("^//", "");
    }

    /** The path or, where it is written so, the option that stands for it. */
    String path(String option) {
        return path().isEmpty() ? options.getOrDefault(option, "") : path();
    }

    YamlValue placeOf(String option) {
        return Optional.ofNullable(places.get(option)).orElse(at);
    }

    /** Camel puts the options into the URI, whose lines it trims and joins. */
    private static String oneLine(String value) {
        return value.contains("\n") || value.contains("\r") ? value.lines().map(String::trim).collect(Collectors.joining()) : value;
    }

    private static String unwrapped(String value) {
        return isRaw(value) ? value.substring(4, value.length() - 1) : value;
    }

    /** Whether Camel takes the value as it is written. */
    static boolean isRaw(String value) {
        return value.matches("(?s)RAW(\\(.*\\)|\\{.*})");
    }

    private static Map<String, Object> query(String query) {
        try {
            return URISupport.parseQuery(query, false, true);
        } catch (Exception e) {
            // An option without a value, or with a broken one; the name is unknown then.
            return Map.of(query, "");
        }
    }

    /** A placeholder that nobody defines is reported where the file is read value by value. */
    private static String resolved(String text, Placeholders placeholders) {
        try {
            return placeholders.resolve(text);
        } catch (UnresolvedException e) {
            return text;
        }
    }
}
