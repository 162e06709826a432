package dev.tidewatch.routefiles.check;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.env.PropertyResolver;

/**
 * What a user's route file may use; {@code tidewatch.routes} in application.yaml gives the reasons.
 *
 * @param allowedComponents names, and {@code *} for every component on the class path that is not denied
 * @param deniedComponents the components that {@code *} does not include
 * @param allowedBeans the beans that a file may refer to
 * @param allowedTypes the classes that a file may name
 * @param dataFolder the folder that the component {@code file} is limited to
 */
record AllowList(Set<String> allowedComponents, Set<String> deniedComponents, Set<String> allowedLanguages, Set<String> allowedBeans,
        Set<String> allowedTypes, Path dataFolder) {

    /** What a message may be converted to. Camel's converters also create any class with a suitable constructor or method. */
    private static final Set<String> DATA = Set.of("String", "Boolean", "Integer", "Long", "Short", "Byte", "Float", "Double", "Character",
            "boolean", "int", "long", "short", "byte", "float", "double", "char", "byte[]", "String[]", "java.util.Map", "java.util.List",
            "java.io.InputStream", "java.math.BigDecimal", "java.math.BigInteger");

    static final String PREFIX = "tidewatch.routes.";

    static AllowList of(PropertyResolver settings) {
        return new AllowList(names(settings, "allowed-components"), names(settings, "denied-components"),
                names(settings, "allowed-languages"), names(settings, "allowed-beans"), names(settings, "allowed-types"),
                Path.of(settings.getRequiredProperty(PREFIX + "data-folder")).toAbsolutePath().normalize());
    }

    /** Why a component is not allowed; null when it is. */
    String whyNotComponent(String name) {
        return allowedComponents.contains(name) || allowedComponents.contains("*") && !deniedComponents.contains(name) ? null
                : notAllowed("component", name, "Use another one", "allowed-components");
    }

    String whyNotLanguage(String name) {
        return allowedLanguages.contains(name) ? null : notAllowed("language", name, "Use `simple`", "allowed-languages");
    }

    String whyNotBean(String name) {
        return allowedBeans.contains(name) ? null : notAllowed("bean", name, "Use a Kamelet", "allowed-beans");
    }

    String whyNotType(String name) {
        return allowedTypes.contains(name) ? null : notAllowed("class", name, "Remove it", "allowed-types");
    }

    /** Why a message may not be converted to this class; null when it may. */
    String whyNotData(String name) {
        return DATA.contains(name.startsWith("java.lang.") ? name.substring("java.lang.".length()) : name) ? null : whyNotType(name);
    }

    /** Why a reference such as {@code #class:…}, {@code #bean:…} or {@code #name} is not allowed; null when it is. */
    String whyNotReference(String reference) {
        if (reference.startsWith("#class:")) {
            // Constructor arguments or the name of a factory method may follow.
            return whyNotType(reference.substring("#class:".length()).split("[(#]", 2)[0]);
        }
        if (reference.startsWith("#type:")) {
            return whyNotType(reference.substring("#type:".length()));
        }
        if (reference.equals("#autowired")) {
            return "`#autowired` takes any bean of the right type. Name the bean.";
        }
        return whyNotBean(reference.replaceFirst("^#(bean:)?", "").split("[?.]", 2)[0]);
    }

    private static String notAllowed(String kind, String name, String instead, String setting) {
        return "The %s `%s` is not allowed in route files. %s, or ask the operator to add it to `%s`.".formatted(kind, name, instead,
                PREFIX + setting);
    }

    private static Set<String> names(PropertyResolver settings, String name) {
        return Arrays.stream(settings.getProperty(PREFIX + name, "").split(",")).map(String::strip).filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
