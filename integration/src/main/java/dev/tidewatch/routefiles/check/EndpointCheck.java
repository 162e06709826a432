package dev.tidewatch.routefiles.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.routefiles.check.ComponentModel.Option;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.util.TimeUtils;

/** Whether there is such a component or Kamelet, whether it has these options, and whether a file may use it. */
final class EndpointCheck {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9.-]*(:.*)?", Pattern.DOTALL);
    /** Options of the component file that name other files than the folder does. */
    private static final Set<String> FILES = Set.of("move", "moveFailed", "moveExisting", "preMove", "doneFileName", "tempFileName",
            "tempPrefix", "localWorkDirectory", "fileName");
    /** From where a resource would be read that no check has seen, or that is no business of a route. */
    private static final Pattern RESOURCE = Pattern.compile("(resource:)?(file|http|https|ref|bean|mem):.*", Pattern.DOTALL);
    private static final Set<String> RESOURCE_COMPONENTS = Set.of("sql", "validator", "xslt", "language", "rest-openapi", "dataset-test");

    /** Camel decodes these in a URI, some of them twice. */
    private static final Pattern ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");
    /** Endpoints of the application can be sent to by name. */
    private static final Set<String> NAMED = Set.of("direct", "seda");
    static final String OWN_LOGGERS = "dev.tidewatch";
    private static final String AUDIT = OWN_LOGGERS + ".audit";
    /** Where a Kamelet is made with its route, and goes with it. */
    private static final Set<String> OF_KAMELETS = Set.of("from", "to", "kamelet");

    private final AllowList allowList;
    private final Owned owned;
    private final Kamelets kamelets;
    private final KafkaCheck kafka;
    private final CatalogCamelContext camel;
    private final Set<String> components;
    private final Map<String, ComponentModel> models = new ConcurrentHashMap<>();

    EndpointCheck(CatalogCamelContext camel, AllowList allowList, Owned owned, Kamelets kamelets) {
        this.allowList = allowList;
        this.owned = owned;
        kafka = new KafkaCheck(allowList);
        this.kamelets = kamelets;
        this.camel = camel;
        components = components();
    }

    /** @param problem takes what is wrong, and where */
    void check(Endpoint endpoint, BiConsumer<YamlValue, String> problem) {
        String scheme = endpoint.scheme();
        if (!SCHEME.matcher(endpoint.uri()).matches() || scheme.contains("${")) {
            problem.accept(endpoint.at(), endpoint.uri().startsWith("$")
                    ? "The component of this endpoint would be known only when a message comes. Write it first, such as `http:`."
                    : "`%s` is no endpoint. Write the component, a colon and a name, such as `kamelet:user-events-source`."
                            .formatted(endpoint.uri()));
            return;
        }
        if (endpoint.dynamic() && endpoint.uri().contains("+language:")) {
            problem.accept(endpoint.at(), "A part of this URI is in another language, and is denied to route files. Use `${…}`.");
            return;
        }
        if (!components.contains(scheme)) {
            String suggestion = Suggestion.forName(scheme, allowed());
            String denied = allowList.whyNotComponent(scheme);
            problem.accept(endpoint.at(), denied != null ? denied : "There is no component `%s` in the application.%s".formatted(scheme,
                    suggestion.isEmpty() ? " It has " + String.join(", ", allowed()) + "." : suggestion));
            return;
        }
        String denied = allowList.whyNotComponent(scheme);
        if (denied != null) {
            problem.accept(endpoint.at(), denied);
            return;
        }
        boolean web = scheme.startsWith("http");
        if (!web) {
            encoded(endpoint.uri(), endpoint.at(), problem);
        }
        endpoint.options().forEach((name, value) -> {
            YamlValue at = endpoint.placeOf(name);
            encoded(name, at, problem);
            if (!web) {
                encoded(value, at, problem);
            }
            option(endpoint, name, web ? decoded(value) : value, reason -> problem.accept(at, reason));
        });
        switch (scheme) {
            case "kamelet" -> kamelet(endpoint, problem);
            case "kafka" -> {
                kafka.check(endpoint, problem);
                options(endpoint, problem);
            }
            case "direct", "seda" -> {
                named(endpoint, problem);
                options(endpoint, problem);
            }
            case "log" -> {
                String logger = endpoint.path("loggerName");
                if (logger.startsWith(OWN_LOGGERS) || logger.contains("$")) {
                    problem.accept(endpoint.at(),
                            "The loggers of `%s` are the application's. Write `log:` and another, fixed name.".formatted(OWN_LOGGERS));
                }
                options(endpoint, problem);
            }
            case "file" -> {
                file(endpoint, problem);
                options(endpoint, problem);
            }
            default -> options(endpoint, problem);
        }
    }

    private static void encoded(String text, YamlValue at, BiConsumer<YamlValue, String> problem) {
        Matcher encoded = ENCODED.matcher(text);
        if (encoded.find()) {
            problem.accept(at, "`%s` would be read as another character. Write the character itself.".formatted(encoded.group()));
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

    /** What holds for the options of all components. */
    private void option(Endpoint endpoint, String name, String value, Consumer<String> problem) {
        if (name.contains("${")) {
            problem.accept("The option `%s` would be known only when a message comes. Write its name.".formatted(name));
        }
        String why = value.startsWith("#") && value.length() > 1 ? allowList.whyNotReference(value) : null;
        if (why != null) {
            problem.accept(why);
        }
        YamlValue parameter = endpoint.places().get(name);
        if (parameter != null) {
            boolean raw = Endpoint.isRaw(parameter.text());
            if (name.matches("(?s).*[&=?].*") || (raw ? value.contains(")&") || value.contains("}&") : value.contains("&"))) {
                problem.accept("At `&` another option would begin. Write the value as `RAW(…)`, without `)&` in it.");
            }
            if (parameter.text().lines().count() > 1 && !SimpleText.leadingOut(value, allowList).isEmpty()) {
                problem.accept("Read as one line, `%s` leads out of the message. Write it in one line.".formatted(name));
            }
        }
    }

    private void named(Endpoint endpoint, BiConsumer<YamlValue, String> problem) {
        String name = endpoint.path("name");
        if (name.contains("$")) {
            problem.accept(endpoint.at(), "The name after `%s:` would be known only when a message comes. Write it, or a `choice`."
                    .formatted(endpoint.scheme()));
        } else if (!endpoint.consumer() && owned.consumed().contains(endpoint.scheme() + ":" + name)) {
            problem.accept(endpoint.at(), "`%s:%s` belongs to the application. Send to a route of your own, or use a Kamelet."
                    .formatted(endpoint.scheme(), name));
        }
    }

    private void kamelet(Endpoint endpoint, BiConsumer<YamlValue, String> problem) {
        String name = endpoint.path("templateId");
        if (!OF_KAMELETS.contains(endpoint.step())) {
            problem.accept(endpoint.at(), ("`%s` would make a Kamelet that stays when the route is gone, and one for each URI. "
                    + "Write `to`, or name a `direct:` route of your own here and `to: kamelet:…` there.").formatted(endpoint.step()));
            return;
        }
        if (name.contains("${")) {
            problem.accept(endpoint.at(), "The Kamelet would be known only when a message comes. Write its name.");
            return;
        }
        if (name.contains("/")) {
            problem.accept(endpoint.at(), "What follows the `/` could replace a route. Write `kamelet:%s`."
                    .formatted(name.split("/", 2)[0]));
            return;
        }
        String whyNot = kamelets.whyNot(name, endpoint.consumer());
        if (whyNot != null) {
            problem.accept(endpoint.at(), whyNot);
            return;
        }
        Set<String> own = model("kamelet").options().keySet();
        Set<String> parameters = kamelets.parameters(name);
        endpoint.options().forEach((option, value) -> {
            if (option.equals("routeId") || option.equals("templateId") && !endpoint.path().isEmpty()) {
                problem.accept(endpoint.placeOf(option), "`%s` could replace a route. Leave it out.".formatted(option));
            } else if (option.equals("logger") && value.equals(AUDIT)) {
                problem.accept(endpoint.placeOf(option), "The audit trail is the application's. Leave `logger` out.");
            } else if (value.startsWith("resource:")) {
                problem.accept(endpoint.placeOf(option), "A text from elsewhere cannot be checked. Write the text itself.");
            } else if (option.equals("location")) {
                problem.accept(endpoint.placeOf(option), "`location` would load a Kamelet that nobody has checked. Leave it out.");
            } else if (parameters.contains(option)) {
                String why = value.contains("{{") ? null : kamelets.whyNotValue(name, option, value);
                if (why != null) {
                    problem.accept(endpoint.placeOf(option), why);
                }
            } else if (!own.contains(option)) {
                String suggestion = Suggestion.forName(option, parameters);
                problem.accept(endpoint.placeOf(option), "The Kamelet `%s` has no parameter `%s`.%s".formatted(name, option,
                        suggestion.isEmpty() ? " It has " + String.join(", ", parameters) + "." : suggestion));
            }
        });
        kamelets.required(name).stream().filter(parameter -> !endpoint.options().containsKey(parameter)).forEach(parameter ->
                problem.accept(endpoint.at(), "The Kamelet `%s` lacks the parameter `%s`. Add it under `parameters`.".formatted(name,
                        parameter)));
    }

    private void file(Endpoint endpoint, BiConsumer<YamlValue, String> problem) {
        String folder = endpoint.path("directoryName");
        if (!isInDataFolder(folder)) {
            problem.accept(endpoint.at(),
                    "The component `file` is denied to route files outside %s. Write a folder below it, or whoever runs "
                    .formatted(allowList.dataFolder()) + "Tidewatch sets `" + AllowList.PREFIX + "data-folder`.");
        }
        endpoint.options().forEach((name, value) -> {
            if (name.equals("jailStartingDirectory") && !value.equals("true")) {
                problem.accept(endpoint.placeOf(name), "`jailStartingDirectory` keeps the route in its folder. Leave it out.");
            } else if (FILES.contains(name) && (value.contains("..") || value.contains("$") || value.startsWith("/") || value.contains("\\")
                    || value.contains("%"))) {
                problem.accept(endpoint.placeOf(name),
                        "`%s` may lead out of the data folder. Write a plain name, without `..`, `$`, `%%` and a leading `/`."
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

    private void options(Endpoint endpoint, BiConsumer<YamlValue, String> problem) {
        String scheme = endpoint.scheme();
        ComponentModel model = model(scheme);
        if (endpoint.consumer() && model.producerOnly()) {
            problem.accept(endpoint.at(), "One can only send to `%s`. Begin the route with a source, such as `kamelet:user-events-source`."
                    .formatted(scheme));
            return;
        }
        if (!endpoint.consumer() && model.consumerOnly()) {
            problem.accept(endpoint.at(), "Nothing can be sent to `%s`. A route begins with it.".formatted(scheme));
            return;
        }
        if (RESOURCE_COMPONENTS.contains(scheme) && RESOURCE.matcher(endpoint.path()).matches()) {
            problem.accept(endpoint.at(),
                    "`%s` would read what nobody has checked. Write the text itself, or `classpath:` and a file of the application."
                    .formatted(endpoint.path()));
        }
        endpoint.options().forEach((name, value) -> {
            Option option = model.option(name);
            // Camel would follow such a name from the endpoint to the context, and set what it finds there.
            String rest = option != null && name.startsWith(option.prefix()) ? name.substring(option.prefix().length()) : name;
            if ((rest.contains(".") || rest.contains("[")) && !name.startsWith(KafkaCheck.ADDITIONAL)) {
                problem.accept(endpoint.placeOf(name), "`%s` reaches into an object behind the endpoint. Leave it out.".formatted(name));
            } else if (option == null && !(model.lenient() && !endpoint.consumer())) {
                String suggestion = Suggestion.forName(name, model.options().keySet());
                problem.accept(endpoint.placeOf(name), "`%s` has no option `%s`.%s".formatted(scheme, name, suggestion.isEmpty()
                        ? CamelDocs.see(scheme + "-component.html") : suggestion));
            } else if (option != null) {
                String why = option.type().equals("string") && name.equals("outputClass") ? allowList.whyNotData(value)
                        : whyNotValue(option, name, value, endpoint);
                if (why != null) {
                    problem.accept(endpoint.placeOf(name), why);
                }
            }
        });
        model.options().forEach((name, option) -> {
            boolean there = option.path() && !endpoint.path().isBlank() || !endpoint.options().getOrDefault(name, "").isBlank();
            if (option.required() && !option.hasDefault() && !there) {
                problem.accept(endpoint.at(), option.path() ? "`%s` lacks its `%s`. Write `%s`.".formatted(scheme, name, model.syntax())
                        : "`%s` lacks the option `%s`. Add it under `parameters`.".formatted(scheme, name));
            }
        });
    }

    private static String whyNotValue(Option option, String name, String value, Endpoint endpoint) {
        if (endpoint.consumer() && option.label().contains("producer") && !option.label().contains("consumer")) {
            return "`%s` is an option for sending, and this endpoint is read. Leave it out.".formatted(name);
        }
        if (!endpoint.consumer() && option.label().contains("consumer") && !option.label().contains("producer")) {
            return "`%s` is an option for reading, and this endpoint is sent to. Leave it out.".formatted(name);
        }
        if (option.type().equals("object") && !option.path() && value.contains("${")) {
            return "The bean for `%s` would be known only when a message comes. Write `#bean:` and its name, or leave it out."
                    .formatted(name);
        }
        if (name.equals(option.prefix().replaceFirst("[.]$", ""))) {
            return "`%s` takes many. Write `%sname` and a value for each.".formatted(name, option.prefix());
        }
        if (value.contains("${") || value.contains("{{") || value.startsWith("#") || !option.prefix().isEmpty()) {
            return null;
        }
        if (!option.values().isEmpty()) {
            String plain = value.replaceAll("[-_]", "");
            return option.values().stream().anyMatch(one -> one.replaceAll("[-_]", "").equalsIgnoreCase(plain)) ? null
                    : "`%s` cannot be `%s`. Write one of %s.".formatted(name, value, String.join(", ", option.values()));
        }
        return switch (option.type()) {
            case "boolean" -> value.matches("(?i)true|false") ? null : "`%s` cannot be `%s`. Write true or false.".formatted(name, value);
            case "integer" -> value.matches("-?\\d{1,18}") ? null : "`%s` cannot be `%s`. Write a whole number.".formatted(name, value);
            case "number" -> value.matches("-?\\d+(\\.\\d+)?") ? null : "`%s` cannot be `%s`. Write a number.".formatted(name, value);
            case "duration" -> isDuration(value) ? null
                    : "`%s` cannot be `%s`. Write a duration, such as 500 (milliseconds), 10s or 5m.".formatted(name, value);
            case "object" -> option.path() ? null
                    : "`%s` takes a bean, and `%s` is none. Write `#bean:` and its name, or leave it out.".formatted(name, value);
            default -> null;
        };
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

    private Set<String> allowed() {
        Set<String> allowed = new TreeSet<>(components);
        allowed.removeIf(name -> allowList.whyNotComponent(name) != null);
        return allowed;
    }

    /** The names of the components on the class path. */
    private static Set<String> components() {
        Set<String> names = new TreeSet<>();
        try {
            List<URL> lists = Collections.list(EndpointCheck.class.getClassLoader()
                    .getResources("META-INF/services/org/apache/camel/component.properties"));
            for (URL list : lists) {
                Properties properties = new Properties();
                try (InputStream stream = list.openStream()) {
                    properties.load(stream);
                }
                names.addAll(List.of(properties.getProperty("components", "").split(" ")));
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException("The components on the class path cannot be listed", e);
        }
    }
}
