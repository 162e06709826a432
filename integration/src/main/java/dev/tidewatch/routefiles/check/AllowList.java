package dev.tidewatch.routefiles.check;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.env.PropertyResolver;

/**
 * What a user's route file may use; {@code tidewatch.routes} in application.yaml says why something is denied.
 *
 * @param allowedComponents names, and {@code *} for everything on the class path but the next
 * @param deniedComponents what {@code *} does not mean
 * @param allowedBeans the beans that a file may name, anywhere
 * @param allowedTypes the classes that a file may name, anywhere
 * @param dataFolder below it the component {@code file} may read and write
 */
record AllowList(Set<String> allowedComponents, Set<String> deniedComponents, Set<String> allowedLanguages, Set<String> allowedBeans,
        Set<String> allowedTypes, Path dataFolder) {

    /** What a message may be converted to; Camel could make anything that has a constructor or a method for it. */
    private static final Set<String> DATA = Set.of("String", "Boolean", "Integer", "Long", "Short", "Byte", "Float", "Double", "Character",
            "boolean", "int", "long", "short", "byte", "float", "double", "char", "byte[]", "String[]", "java.util.Map", "java.util.List",
            "java.io.InputStream", "java.math.BigDecimal", "java.math.BigInteger");

    static final String PREFIX = "tidewatch.routes.";

    static AllowList of(PropertyResolver settings) {
        return new AllowList(names(settings, "allowed-components"), names(settings, "denied-components"),
                names(settings, "allowed-languages"), names(settings, "allowed-beans"), names(settings, "allowed-types"),
                Path.of(settings.getRequiredProperty(PREFIX + "data-folder")).toAbsolutePath().normalize());
    }

    /** Why a component may not be used; null when it may. */
    String whyNotComponent(String name) {
        return allowedComponents.contains(name) || allowedComponents.contains("*") && !deniedComponents.contains(name) ? null
                : "The component `%s` is denied to route files. Use another, or whoever runs Tidewatch adds it to `%sallowed-components`."
                        .formatted(name, PREFIX);
    }

    String whyNotLanguage(String name) {
        return allowedLanguages.contains(name) ? null
                : "The language `%s` is denied to route files. Write `simple`, or whoever runs Tidewatch adds it to `%sallowed-languages`."
                        .formatted(name, PREFIX);
    }

    String whyNotBean(String name) {
        return allowedBeans.contains(name) ? null
                : "The bean `%s` is not published to route files. Use a Kamelet, or whoever runs Tidewatch adds it to `%sallowed-beans`."
                        .formatted(name, PREFIX);
    }

    String whyNotType(String name) {
        return allowedTypes.contains(name) ? null
                : "The class `%s` may not be named in a route file. Leave it out, or whoever runs Tidewatch adds it to `%sallowed-types`."
                        .formatted(name, PREFIX);
    }

    /** Why a message may not be converted to it; null when it may. */
    String whyNotData(String name) {
        return DATA.contains(name.startsWith("java.lang.") ? name.substring("java.lang.".length()) : name) ? null : whyNotType(name);
    }

    /** Why a reference such as {@code #class:…}, {@code #bean:…} or {@code #name} may not be used; null when it may. */
    String whyNotReference(String reference) {
        if (reference.startsWith("#class:")) {
            // What follows are arguments of a constructor or the name of a factory method.
            return whyNotType(reference.substring("#class:".length()).split("[(#]", 2)[0]);
        }
        if (reference.startsWith("#type:")) {
            return whyNotType(reference.substring("#type:".length()));
        }
        if (reference.equals("#autowired")) {
            return "`#autowired` takes whatever bean there is. Name the bean.";
        }
        return whyNotBean(reference.replaceFirst("^#(bean:)?", "").split("[?.]", 2)[0]);
    }

    private static Set<String> names(PropertyResolver settings, String name) {
        return Arrays.stream(settings.getProperty(PREFIX + name, "").split(",")).map(String::strip).filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
