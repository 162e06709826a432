package dev.tidewatch.routefiles.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.routefiles.check.ComponentModel.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.util.TimeUtils;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/** Checks an endpoint: that its component or Kamelet exists and is allowed, and that its options are valid and allowed. */
final class EndpointCheck {

    static final String OWN_LOGGERS = "dev.tidewatch";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9.-]*(:.*)?", Pattern.DOTALL);
    /** Options of the component `file` that name files outside its folder. */
    private static final Set<String> FILE_OPTIONS = Set.of("move", "moveFailed", "moveExisting", "preMove", "doneFileName", "tempFileName",
            "tempPrefix", "localWorkDirectory", "fileName");
    /** Resources that cannot be checked, or that a route must not read. */
    private static final Pattern RESOURCE = Pattern.compile("(resource:)?(file|http|https|ref|bean|mem):.*", Pattern.DOTALL);
    private static final Set<String> RESOURCE_COMPONENTS = Set.of("sql", "validator", "xslt", "language", "rest-openapi", "dataset-test");
    /** Camel decodes these in a URI, some of them twice. */
    private static final Pattern ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final String AUDIT_LOGGER = OWN_LOGGERS + ".audit";
    /** The steps whose Kamelet is created and removed together with the route. */
    private static final Set<String> KAMELET_STEPS = Set.of("from", "to", "kamelet");

    private final AllowList allowList;
    private final ReservedNames reserved;
    private final KameletCatalog kamelets;
    private final KafkaCheck kafka;
    private final CatalogCamelContext camel;
    private final Set<String> components = components();
    private final Map<String, ComponentModel> models = new ConcurrentHashMap<>();

    EndpointCheck(CatalogCamelContext camel, AllowList allowList, ReservedNames reserved, KameletCatalog kamelets) {
        this.allowList = allowList;
        this.reserved = reserved;
        this.kamelets = kamelets;
        this.camel = camel;
        kafka = new KafkaCheck(allowList);
    }

    /** @param problem receives each value that is wrong, and the reason */
    void check(EndpointUri endpoint, BiConsumer<YamlValue, String> problem) {
        String scheme = endpoint.scheme();
        String why = whyNotUri(endpoint);
        if (why != null) {
            problem.accept(endpoint.at(), why);
            return;
        }
        boolean http = scheme.startsWith("http");
        if (!http) {
            encoded(endpoint.uri(), endpoint.at(), problem);
        }
        endpoint.options().forEach((name, value) -> {
            YamlValue at = endpoint.yamlOf(name);
            encoded(name, at, problem);
            if (!http) {
                encoded(value, at, problem);
            }
            option(endpoint, name, http ? decoded(value) : value, reason -> problem.accept(at, reason));
        });
        switch (scheme) {
            case "kafka" -> kafka.check(endpoint, problem);
            case "direct", "seda" -> named(endpoint, problem);
            case "log" -> {
                String logger = endpoint.path("loggerName");
                if (logger.startsWith(OWN_LOGGERS) || logger.contains("$")) {
                    problem.accept(endpoint.at(),
                            "The loggers of `%s` are reserved for the application. Write `log:` and another fixed name."
                            .formatted(OWN_LOGGERS));
                }
            }
            case "file" -> file(endpoint, problem);
            default -> {
            }
        }
        if (scheme.equals("kamelet")) {
            kamelet(endpoint, problem);
        } else {
            options(endpoint, problem);
        }
    }

    private String whyNotUri(EndpointUri endpoint) {
        String scheme = endpoint.scheme();
        if (!SCHEME.matcher(endpoint.uri()).matches() || scheme.contains("${")) {
            return endpoint.uri().startsWith("$")
                    ? "The component of this endpoint is computed from the message. Write a fixed one, such as `http:`."
                    : "`%s` is not an endpoint URI. Write the component, a colon and a name, such as `kamelet:user-events-source`."
                            .formatted(endpoint.uri());
        }
        if (endpoint.dynamic() && endpoint.uri().contains("+language:")) {
            return "Another language inside a URI is not allowed in route files. Use `${…}`.";
        }
        String denied = allowList.whyNotComponent(scheme);
        if (denied != null || components.contains(scheme)) {
            return denied;
        }
        Set<String> allowed = new TreeSet<>(components);
        allowed.removeIf(name -> allowList.whyNotComponent(name) != null);
        return "The component `%s` is not part of the application.%s".formatted(scheme, Suggestion.orList(scheme, allowed));
    }

    private static void encoded(String text, YamlValue at, BiConsumer<YamlValue, String> problem) {
        Matcher encoded = ENCODED.matcher(text);
        if (encoded.find()) {
            problem.accept(at, "Camel decodes `%s` to another character. Write the character itself.".formatted(encoded.group()));
        }
    }

    private static String decoded(String value) {
        String decoded = value;
        for (int i = 0; i < 3 && ENCODED.matcher(decoded).find(); i++) {
            decoded = ENCODED.matcher(decoded).replaceAll(code ->
                    Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(code.group().substring(1), 16))));
        }
        return decoded;
    }

    /** Checks an option regardless of its component. */
    private void option(EndpointUri endpoint, String name, String value, Consumer<String> problem) {
        if (name.contains("${")) {
            problem.accept("The option name `%s` is computed from the message. Write a fixed name.".formatted(name));
        }
        String why = value.startsWith("#") && value.length() > 1 ? allowList.whyNotReference(value) : null;
        if (why != null) {
            problem.accept(why);
        }
        YamlValue parameter = endpoint.parameters().get(name);
        if (parameter != null) {
            boolean raw = EndpointUri.isRaw(parameter.text());
            if (name.matches("(?s).*[&=?].*") || (raw ? value.contains(")&") || value.contains("}&") : value.contains("&"))) {
                problem.accept("`&` starts another option. Write the value as `RAW(…)`, without `)&` in it.");
            }
            if (parameter.text().lines().count() > 1 && !SimpleText.notAllowed(value, allowList).isEmpty()) {
                problem.accept("Camel joins the lines of `%s`, and the result is not allowed in route files. Write it in one line."
                        .formatted(name));
            }
        }
    }

    private void named(EndpointUri endpoint, BiConsumer<YamlValue, String> problem) {
        String name = endpoint.path("name");
        if (name.contains("$")) {
            problem.accept(endpoint.at(), "The name after `%s:` is computed from the message. Write a fixed name, or use `choice`."
                    .formatted(endpoint.scheme()));
        } else if (!endpoint.consumer() && reserved.consumed().contains(endpoint.scheme() + ":" + name)) {
            problem.accept(endpoint.at(), "`%s:%s` is an endpoint of the application. Send to a route of your own, or use a Kamelet."
                    .formatted(endpoint.scheme(), name));
        }
    }

    private void kamelet(EndpointUri endpoint, BiConsumer<YamlValue, String> problem) {
        String name = endpoint.path("templateId");
        String why = !KAMELET_STEPS.contains(endpoint.step())
                ? ("`%s` creates a Kamelet for each URI and never removes it. Use `to`, or send to a `direct:` route of your own that has "
                        + "`to: kamelet:…`.").formatted(endpoint.step())
                : name.contains("${") ? "The name of the Kamelet is computed from the message. Write a fixed name."
                : name.contains("/")
                ? "The id after the `/` could replace another route. Write `kamelet:%s`.".formatted(name.split("/", 2)[0])
                : kamelets.whyNot(name, endpoint.consumer());
        if (why != null) {
            problem.accept(endpoint.at(), why);
            return;
        }
        Set<String> componentOptions = model("kamelet").options().keySet();
        Set<String> parameters = kamelets.parameters(name);
        endpoint.options().forEach((option, value) -> {
            String whyNot = null;
            if (option.equals("routeId") || option.equals("templateId") && !endpoint.path().isEmpty()) {
                whyNot = "`%s` could replace another route. Remove it.".formatted(option);
            } else if (option.equals("logger") && value.equals(AUDIT_LOGGER)) {
                whyNot = "The audit log is reserved for the application. Remove `logger`.";
            } else if (value.startsWith("resource:")) {
                whyNot = "A text that is loaded from a resource cannot be checked. Write the text itself.";
            } else if (option.equals("location")) {
                whyNot = "`location` loads a Kamelet that is not checked. Remove it.";
            } else if (parameters.contains(option)) {
                whyNot = value.contains("{{") ? null : kamelets.whyNotValue(name, option, value);
            } else if (!componentOptions.contains(option)) {
                whyNot = "The Kamelet `%s` has no parameter `%s`.%s".formatted(name, option, Suggestion.orList(option, parameters));
            }
            if (whyNot != null) {
                problem.accept(endpoint.yamlOf(option), whyNot);
            }
        });
        kamelets.required(name).stream().filter(parameter -> !endpoint.options().containsKey(parameter)).forEach(parameter ->
                problem.accept(endpoint.at(), "The Kamelet `%s` requires the parameter `%s`. Add it under `parameters`.".formatted(name,
                        parameter)));
    }

    private void file(EndpointUri endpoint, BiConsumer<YamlValue, String> problem) {
        if (!isInDataFolder(endpoint.path("directoryName"))) {
            problem.accept(endpoint.at(), ("The component `file` may only access the data folder %s. Use a folder below it, or ask the "
                    + "operator to change `%sdata-folder`.").formatted(allowList.dataFolder(), AllowList.PREFIX));
        }
        endpoint.options().forEach((name, value) -> {
            if (name.equals("jailStartingDirectory") && !value.equals("true")) {
                problem.accept(endpoint.yamlOf(name), "`jailStartingDirectory` limits the route to its folder. Remove it.");
            } else if (FILE_OPTIONS.contains(name) && (value.contains("..") || value.contains("$") || value.startsWith("/")
                    || value.contains("\\") || value.contains("%"))) {
                problem.accept(endpoint.yamlOf(name),
                        "`%s` could leave the data folder. Write a plain name without `..`, `$`, `%%`, `\\` and a leading `/`."
                        .formatted(name));
            }
        });
    }

    private boolean isInDataFolder(String folder) {
        try {
            return !folder.isBlank() && !folder.contains("$") && !folder.contains("%")
                    && Path.of(folder).toAbsolutePath().normalize().startsWith(allowList.dataFolder());
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Checks the options against the component's description. */
    private void options(EndpointUri endpoint, BiConsumer<YamlValue, String> problem) {
        String scheme = endpoint.scheme();
        ComponentModel model = model(scheme);
        if (endpoint.consumer() && model.producerOnly()) {
            problem.accept(endpoint.at(),
                    "The component `%s` has no consumer. Start the route with a source, such as `kamelet:user-events-source`."
                    .formatted(scheme));
            return;
        }
        if (!endpoint.consumer() && model.consumerOnly()) {
            problem.accept(endpoint.at(), "The component `%s` has no producer. Use it in `from:`.".formatted(scheme));
            return;
        }
        if (RESOURCE_COMPONENTS.contains(scheme) && RESOURCE.matcher(endpoint.path()).matches()) {
            problem.accept(endpoint.at(),
                    "`%s` is a resource that cannot be checked. Write the text itself, or `classpath:` and a file of the application."
                    .formatted(endpoint.path()));
        }
        endpoint.options().forEach((name, value) -> {
            String why = whyNotOption(endpoint, model, name, value);
            if (why != null) {
                problem.accept(endpoint.yamlOf(name), why);
            }
        });
        model.options().forEach((name, option) -> {
            boolean there = option.path() && !endpoint.path().isBlank() || !endpoint.options().getOrDefault(name, "").isBlank();
            if (option.required() && !option.hasDefault() && !there) {
                problem.accept(endpoint.at(), option.path() ? "The URI has no `%s`. Write `%s`.".formatted(name, model.syntax())
                        : "The component `%s` requires the option `%s`. Add it under `parameters`.".formatted(scheme, name));
            }
        });
    }

    private String whyNotOption(EndpointUri endpoint, ComponentModel model, String name, String value) {
        Option option = model.option(name);
        // Camel follows such a name from the endpoint to the context, and sets the property that it finds there.
        String rest = option != null && name.startsWith(option.prefix()) ? name.substring(option.prefix().length()) : name;
        if ((rest.contains(".") || rest.contains("[")) && !name.startsWith(KafkaCheck.ADDITIONAL)) {
            return "`%s` sets a property of an object behind the endpoint. Remove it.".formatted(name);
        }
        if (option == null) {
            String scheme = endpoint.scheme();
            String suggestion = Suggestion.forName(name, model.options().keySet());
            return model.lenient() && !endpoint.consumer() ? null : "The component `%s` has no option `%s`.%s".formatted(scheme, name,
                    suggestion.isEmpty() ? CamelDocs.see(scheme + "-component.html") : suggestion);
        }
        return option.type().equals("string") && name.equals("outputClass") ? allowList.whyNotData(value)
                : whyNotValue(option, name, value, endpoint.consumer());
    }

    private static String whyNotValue(Option option, String name, String value, boolean consumer) {
        String label = option.label();
        if (label.contains(consumer ? "producer" : "consumer") && !label.contains(consumer ? "consumer" : "producer")) {
            return "`%s` is an option for %s, but this endpoint is %s. Remove it.".formatted(name, consumer ? "producers" : "consumers",
                    consumer ? "a consumer" : "a producer");
        }
        if (option.type().equals("object") && !option.path() && value.contains("${")) {
            return "The bean for `%s` is computed from the message. Write `#bean:` and its name, or remove the option.".formatted(name);
        }
        if (name.equals(option.prefix().replaceFirst("[.]$", ""))) {
            return "`%s` is a group of options. Write each as `%sname: value`.".formatted(name, option.prefix());
        }
        if (value.contains("${") || value.contains("{{") || value.startsWith("#") || !option.prefix().isEmpty()) {
            return null;
        }
        if (!option.values().isEmpty()) {
            String plain = value.replaceAll("[-_]", "");
            return option.values().stream().anyMatch(one -> one.replaceAll("[-_]", "").equalsIgnoreCase(plain)) ? null
                    : "`%s` cannot be `%s`. Write one of %s.".formatted(name, value, String.join(", ", option.values()));
        }
        String instead = switch (option.type()) {
            case "boolean" -> value.matches("(?i)true|false") ? null : "Write true or false.";
            case "integer" -> value.matches("-?\\d{1,18}") ? null : "Write an integer.";
            case "number" -> value.matches("-?\\d+(\\.\\d+)?") ? null : "Write a number.";
            case "duration" -> isDuration(value) ? null : "Write a duration, such as 500 (milliseconds), 10s or 5m.";
            case "object" -> option.path() ? null : "Write a bean as `#bean:` and its name, or remove the option.";
            default -> null;
        };
        return instead == null ? null : "`%s` cannot be `%s`. %s".formatted(name, value, instead);
    }

    private static boolean isDuration(String value) {
        try {
            TimeUtils.toMilliSeconds(value);
            return !value.isBlank();
        } catch (RuntimeException e) {
            return false;
        }
    }

    private ComponentModel model(String scheme) {
        return models.computeIfAbsent(scheme, name -> {
            try {
                return ComponentModel.of(JSON.readTree(camel.getComponentParameterJsonSchema(name)));
            } catch (IOException e) {
                throw new UncheckedIOException("The description of the component " + name + " cannot be read", e);
            }
        });
    }

    /** The names of the components on the class path. */
    private static Set<String> components() {
        Set<String> names = new TreeSet<>();
        try {
            for (Resource list : new PathMatchingResourcePatternResolver()
                    .getResources("classpath*:META-INF/services/org/apache/camel/component.properties")) {
                names.addAll(List.of(PropertiesLoaderUtils.loadProperties(list).getProperty("components", "").split(" ")));
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException("The components on the class path cannot be listed", e);
        }
    }
}
