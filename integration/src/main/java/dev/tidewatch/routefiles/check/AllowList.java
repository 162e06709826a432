package dev.tidewatch.routefiles.check;

import java.nio.file.Path;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a user's route file may use; application.yaml gives the reasons.
 *
 * @param allowedComponents the components that a route file may use, comma-separated; {@code *} for all that are not denied
 * @param deniedComponents  the components that {@code *} does not include
 * @param allowedLanguages  the expression languages that a route file may use, comma-separated
 * @param allowedBeans      the beans that a route file may refer to, comma-separated
 * @param allowedTypes      the classes that a route file may name, comma-separated
 * @param dataFolder        the folder that the component {@code file} is limited to
 */
@ConfigurationProperties("tidewatch.routes")
record AllowList(@DefaultValue Set<String> allowedComponents, @DefaultValue Set<String> deniedComponents,
        @DefaultValue Set<String> allowedLanguages, @DefaultValue Set<String> allowedBeans, @DefaultValue Set<String> allowedTypes,
        Path dataFolder) {

    /** What a message may be converted to. Camel's converters also create any class with a suitable constructor or method. */
    private static final Set<String> DATA = Set.of("String", "Boolean", "Integer", "Long", "Short", "Byte", "Float", "Double", "Character",
            "boolean", "int", "long", "short", "byte", "float", "double", "char", "byte[]", "String[]", "java.util.Map", "java.util.List",
            "java.io.InputStream", "java.math.BigDecimal", "java.math.BigInteger");

    static final String PREFIX = "tidewatch.routes.";

    AllowList {
        dataFolder = dataFolder.toAbsolutePath().normalize();
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
}
