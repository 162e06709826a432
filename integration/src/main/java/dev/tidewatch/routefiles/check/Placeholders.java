package dev.tidewatch.routefiles.check;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.env.PropertyResolver;

/** Replaces property placeholders as Camel does, so that their values are checked, too. */
final class Placeholders {

    static final class UnresolvedException extends Exception {

        private static final long serialVersionUID = 1;

        private final int index;

        UnresolvedException(int index, String message) {
            super(message);
            this.index = index;
        }

        /** The position in the text, from 0. */
        int index() {
            return index;
        }
    }

    private static final Pattern INNERMOST = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final int MAX_REPLACEMENTS = 100;

    private final PropertyResolver properties;

    Placeholders(PropertyResolver properties) {
        this.properties = properties;
    }

    String resolve(String text) throws UnresolvedException {
        String resolved = text;
        Matcher placeholder = INNERMOST.matcher(resolved);
        for (int i = 0; placeholder.find(); i++) {
            int index = Math.max(0, text.indexOf(placeholder.group()));
            if (i == MAX_REPLACEMENTS) {
                throw new UnresolvedException(index,
                        "The property `%s` refers to itself. Write its value.".formatted(placeholder.group(1)));
            }
            String value = value(placeholder.group(1).strip(), index);
            resolved = resolved.substring(0, placeholder.start()) + value + resolved.substring(placeholder.end());
            placeholder = INNERMOST.matcher(resolved);
        }
        return resolved;
    }

    /** The text itself when a placeholder is invalid, which {@link #resolve} reports. */
    String resolveOrKeep(String text) {
        try {
            return resolve(text);
        } catch (UnresolvedException e) {
            return text;
        }
    }

    private String value(String placeholder, int index) throws UnresolvedException {
        if (placeholder.startsWith("bean:")) {
            throw new UnresolvedException(index, "`{{%s}}` calls a bean. Write the value, or the name of a property."
                    .formatted(placeholder));
        }
        boolean optional = placeholder.startsWith("?");
        boolean negated = placeholder.startsWith("!");
        String name = optional || negated ? placeholder.substring(1) : placeholder;
        String source = name.startsWith("env:") || name.startsWith("sys:") ? name.substring(0, 4) : "";
        int colon = name.indexOf(':', source.length());
        String key = colon < 0 ? name : name.substring(0, colon);
        String plain = key.substring(source.length());
        String value = switch (source) {
            case "env:" -> System.getenv(plain);
            case "sys:" -> System.getProperty(plain);
            default -> property(plain);
        };
        if (value == null && colon >= 0) {
            value = name.substring(colon + 1);
        }
        if (value == null && !optional) {
            throw new UnresolvedException(index,
                    "The property `%s` is not set. Set it, write `{{%s:default}}`, or correct the name.".formatted(key, key));
        }
        return value == null ? "" : negated ? String.valueOf(!Boolean.parseBoolean(value)) : value;
    }

    private String property(String name) {
        try {
            return properties.getProperty(name);
        } catch (IllegalArgumentException e) {
            // Its value refers to a property that is only set where the application runs.
            return "";
        }
    }
}
