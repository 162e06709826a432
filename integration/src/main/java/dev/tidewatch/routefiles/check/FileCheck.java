package dev.tidewatch.routefiles.check;

import dev.tidewatch.routefiles.check.Placeholders.UnresolvedException;
import dev.tidewatch.routefiles.check.YamlValue.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;

/** One check of one file that fits Camel's schema. */
final class FileCheck {

    private static final Set<String> LANGUAGES = Set.of("constant", "csimple", "datasonnet", "exchangeProperty", "groovy", "header",
            "hl7terser", "java", "joor", "jq", "js", "jsonpath", "language", "method", "mvel", "ognl", "python", "simple", "spel",
            "tokenize", "variable", "wasm", "xpath", "xquery", "xtokenize");
    private static final Set<String> PREDICATES = Set.of("filter", "when", "onWhen", "validate", "completionPredicate", "handled",
            "continued", "retryWhile");
    /** Options of steps, data formats and error handlers whose value is the name of a bean. */
    private static final Set<String> BEANS = Set.of("ref", "aggregateController", "aggregationRepository", "aggregationStrategy",
            "comparator", "consumerListener", "errorHandlerRef", "executorService", "executorServiceRef", "idempotentRepository", "logger",
            "objectMapper", "onExceptionOccurredRef", "onPrepare", "onPrepareFailureRef", "onRedeliveryRef", "predicateExceptionFactory",
            "redeliveryPolicyRef", "moduleRefs", "resumeStrategy", "retryWhileRef", "routePolicy", "sagaService", "schemaResolver",
            "threadOffloadExecutorService", "timeoutCheckerExecutorService", "timeoutExecutorService", "transactedPolicyRef", "untilCheck");
    /** Options whose value is the name of a class that is instantiated with what a message says. */
    private static final Set<String> TYPES = Set.of("beanType", "moduleClassNames");
    /** Options whose value is the name of a class that messages are converted to. */
    private static final Set<String> DATA_TYPES = Set.of("collectionType", "documentType", "jsonView", "resultType", "unmarshalType");
    private static final Set<String> CONVERSIONS = Set.of("convertBodyTo", "convertHeaderTo", "convertVariableTo");
    /** Options that name a data type; some of these are Java classes. */
    private static final Set<String> URNS = Set.of("fromType", "toType", "urn", "inputType", "outputType");
    private static final String JAVA_TYPE = "java:";
    /** Camel's schema does without one, Camel itself does not. */
    private static final Set<String> STEPS_WITH_EXPRESSION = Set.of("completionPredicate", "continued", "correlationExpression", "handled",
            "onWhen", "retryWhile", "delay", "dynamicRouter", "enrich", "filter", "idempotentConsumer", "loop", "pollEnrich",
            "recipientList", "routingSlip", "script", "setBody", "setHeader", "setProperty", "setVariable", "split", "throttle",
            "transform", "validate", "when");
    private static final Set<String> PROSE = Set.of("description", "note");
    private static final Set<String> DATA_FORMAT_STEPS = Set.of("marshal", "unmarshal");
    private static final Set<String> NO_DATA_FORMAT = Set.of("id", "description", "disabled", "note", "variableSend", "variableReceive",
            "allowNullBody");
    /** They hold for the routes of their file, and Camel reads them before those. */
    private static final Set<String> OF_THE_FILE = Set.of("intercept", "interceptFrom", "onCompletion", "onException");
    private static final Map<String, String> BEYOND_THE_FILE = Map.of(
            "beans", "Beans are there for all routes, and could replace the application's. Use a Kamelet, or a bean "
                    + "that is published to route files.",
            "dataFormats", "Data formats at the top are there for all routes. Write the data format into the step, such "
                    + "as `marshal: {json: {}}`.",
            "errorHandler", "`errorHandler` at the top also holds for routes that are loaded later. Write it into your route, "
                    + "beside `from:`.",
            "from", "A route needs an id. Write `- route:` and below it `id:` and `from:`.",
            "interceptSendToEndpoint", "`interceptSendToEndpoint` catches what all routes send, the application's, too. Write the steps "
                    + "before the `to:` of your own route.",
            "rest", "`rest` changes what the application answers. Write `from:` with the `uri` `platform-http:/path` and the parameter "
                    + "`httpMethodRestrict`.",
            "restConfiguration", "`restConfiguration` holds for all routes. Leave it out, and write the options into `from:`.",
            "routeTemplate", "A template is there for all routes, and could replace a Kamelet. Write the route itself.",
            "templatedRoute", "A route of a template has no text of its own to check. Write the route itself.");
    private static final String KEBAB_CASE = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

    private final Path path;
    private final CamelContext camel;
    private final AllowList allowList;
    private final Owned owned;
    private final Placeholders placeholders;
    private final EndpointCheck endpoints;
    private final RouteReader reader;
    private final List<Rejection> rejections = new ArrayList<>();

    FileCheck(Path path, CamelContext camel, AllowList allowList, Owned owned, Placeholders placeholders, EndpointCheck endpoints) {
        this.path = path;
        this.camel = camel;
        this.allowList = allowList;
        this.owned = owned;
        this.placeholders = placeholders;
        this.endpoints = endpoints;
        reader = new RouteReader(placeholders);
    }

    CheckResult check(YamlValue file, String text) {
        List<RouteSummary> routes = new ArrayList<>();
        List<String> configurations = new ArrayList<>();
        Map<String, YamlValue> taken = new HashMap<>();
        long count = file.items().stream().filter(item -> item.get("route").isPresent()).count();
        for (YamlValue item : file.items()) {
            item.entries().forEach((key, entry) -> {
                if (BEYOND_THE_FILE.containsKey(key)) {
                    reject(item.placeOf(key), BEYOND_THE_FILE.get(key));
                    return;
                }
                if (OF_THE_FILE.contains(key) && !routes.isEmpty()) {
                    reject(item.placeOf(key), "`%s` holds for the routes of this file, and must stand before them. Move it up."
                            .formatted(key));
                }
                if (key.equals("route")) {
                    routes.add(route(entry));
                } else if (key.equals("routeConfiguration")) {
                    configurations.add(configuration(item, entry));
                }
                ids(entry, taken);
                visit(key, entry, false);
                boolean shared = key.equals("routeConfiguration") || OF_THE_FILE.contains(key) && count > 1;
                reader.endpoints(entry).forEach(endpoint -> {
                    if (shared && endpoint.scheme().equals("kamelet")) {
                        reject(endpoint.at().place(), ("A Kamelet belongs to one route, and `%s` to several. Write `to: direct:…` and a "
                                + "name of your own, and there `to: kamelet:…`.").formatted(key));
                    }
                    owned(endpoint);
                    endpoints.check(endpoint, (at, reason) -> reject(at.place(), reason));
                });
            });
        }
        if (routes.isEmpty() && configurations.isEmpty() && rejections.isEmpty()) {
            reject(file.place(), "There is no route in this file. Add one, beginning with `- route:`.");
        }
        return rejections.isEmpty() ? new CheckResult(new RouteFile(path, text, routes, configurations), List.of())
                : new CheckResult(null, rejections.stream().distinct().sorted((a, b) -> a.line() != b.line() ? a.line() - b.line()
                        : a.column() - b.column()).toList());
    }

    private RouteSummary route(YamlValue route) {
        RouteSummary summary = reader.summary(route);
        String id = summary.id();
        Place place = route.get("id").map(YamlValue::place).orElse(route.place());
        if (id.isEmpty()) {
            reject(place, "The route has no id. Add `id:` and a name of its own, such as `id: new-address-alert`.");
        } else if (!id.matches(KEBAB_CASE)) {
            reject(place, "The id `%s` is not in kebab-case. Write `%s`.".formatted(id, kebabCase(id)));
        }
        if (owned.routeIds().contains(id)) {
            reject(place, "The id `%s` is one of the application's own routes'. Choose another one.".formatted(id));
        }
        return summary;
    }

    /** What an endpoint that is read would take from the application. */
    private void owned(Endpoint endpoint) {
        if (!endpoint.consumer()) {
            return;
        }
        RouteSummary one = reader.taking(endpoint);
        one.consumed().stream().filter(owned.consumed()::contains).forEach(name ->
                reject(endpoint.at().place(), "`%s` belongs to the application. Choose another name.".formatted(name)));
        one.httpPaths().stream().filter(mine -> owned.httpPaths().stream().anyMatch(path -> RouteReader.meet(mine, path))).forEach(mine ->
                reject(endpoint.at().place(), "The application itself answers `%s`. Choose another path.".formatted(mine)));
        one.groups().stream().filter(group -> owned.groups().contains(group) || owned.routeIds().contains(group)).forEach(group ->
                reject(endpoint.placeOf("groupId").place(),
                        ("The consumer group `%s` is the application's, and would take records from it. "
                        + "Choose another one, such as the route's id.").formatted(group)));
    }

    private String configuration(YamlValue item, YamlValue configuration) {
        String id = configuration.text("id");
        if (id.isEmpty()) {
            reject(item.placeOf("routeConfiguration"),
                    "A route configuration without an id holds for all routes. Add `id:`, and name it in your "
                    + "routes with `routeConfigurationId:`.");
        } else if (!id.matches(KEBAB_CASE)) {
            reject(configuration.get("id").orElseThrow().place(), "The id `%s` is not in kebab-case. Write `%s`.".formatted(id,
                    kebabCase(id)));
        } else if (owned.configurations().contains(id)) {
            reject(configuration.get("id").orElseThrow().place(), "The route configuration `%s` is the application's. Choose another id."
                    .formatted(id));
        }
        return id;
    }

    /** Ids are one namespace in a file: Camel starts no route of it when one is there twice. What other files have, it does not mind. */
    private void ids(YamlValue entry, Map<String, YamlValue> taken) {
        RouteReader.collectIds("", entry, (id, at) -> {
            YamlValue first = taken.putIfAbsent(id, at);
            if (first != null) {
                reject(at.place(), "The id `%s` is already in line %d. Choose another one.".formatted(id, first.place().line()));
            }
        });
    }

    private void visit(String key, YamlValue value, boolean inParameters) {
        if (!inParameters && CONVERSIONS.contains(key)) {
            dataType(value.isText() ? value : value.get("type").orElse(value));
        }
        if (value.isText()) {
            text(key, value, inParameters);
        } else if (inParameters) {
            if (!key.equals("parameters") && (value.isList() || value.isMap())) {
                reject(value.place(), "The parameter `%s` has more than one value. Write a text or a number.".formatted(key));
            }
        } else {
            languages(key, value, key);
            value.get("expression").filter(YamlValue::isMap).ifPresent(expression -> languages(key, expression, key));
            if (STEPS_WITH_EXPRESSION.contains(key) && value.isMap() && value.get("expression").isEmpty()
                    && value.entries().keySet().stream().noneMatch(name -> LANGUAGES.contains(name) || name.equals("ref"))) {
                reject(value.place(), "`%s` lacks its expression. Add one, such as `simple: ${body}`.".formatted(key));
            }
            // In a route configuration it is the name of a list and of each item.
            if ((key.equals("onException") && value.get("onException").isEmpty() || key.equals("doCatch")) && value.isMap()
                    && value.get("exception").filter(list -> list.isText() || !list.items().isEmpty()).isEmpty()) {
                reject(value.place(), "`%s` lacks `exception`. Add it, such as `exception: [java.lang.Exception]`.".formatted(key));
            }
            if (key.equals("circuitBreaker") && !isThere("model", "CircuitBreakerDefinition")) {
                reject(value.place(), "`circuitBreaker` needs a library that is not in the application. Leave it out.");
            }
            for (String delimiter : List.of("delimiter", "uriDelimiter")) {
                value.get(delimiter).filter(own -> RouteReader.COMPUTED.contains(key) && !reader.resolved(own.text()).equals(","))
                        .ifPresent(own -> reject(own.place(), "Endpoints are separated by commas here. Leave `%s` out."
                                .formatted(delimiter)));
            }
            if (key.equals("aggregate") && value.isMap()) {
                aggregate(value);
            }
            if (DATA_FORMAT_STEPS.contains(key)) {
                List<String> formats = value.entries().keySet().stream().filter(name -> !NO_DATA_FORMAT.contains(name)).toList();
                formats.forEach(name -> dataFormat(name, value));
                if (formats.isEmpty()) {
                    reject(value.place(), "`%s` lacks its data format. Write `%s: {json: {}}`.".formatted(key, key));
                }
            }
        }
        value.entries().forEach((name, entry) -> visit(name, entry, inParameters || name.equals("parameters")));
        value.items().forEach(item -> visit(key.equals("steps") ? "" : key, item, inParameters));
    }

    private void text(String key, YamlValue value, boolean inParameters) {
        if (PROSE.contains(key)) {
            return;
        }
        String resolved;
        try {
            resolved = placeholders.resolve(value.text());
        } catch (UnresolvedException e) {
            reject(value.place(e.index()), e.getMessage());
            return;
        }
        if (resolved.contains("{{")) {
            reject(value.place(value.text().indexOf("{{")),
                    "A placeholder begins here and does not end, or its name cannot be one. Write `{{name}}`.");
        }
        SimpleText.leadingOut(resolved, allowList).forEach(problem ->
                reject(resolved.equals(value.text()) ? value.place(problem.index()) : value.place(), problem.reason()));
        if (inParameters) {
            return;
        }
        boolean bean = BEANS.contains(key);
        String why = bean || resolved.matches("#(class|type|bean):.*") ? allowList.whyNotReference(resolved)
                : TYPES.contains(key) ? allowList.whyNotType(resolved) : null;
        if (why != null) {
            reject(value.place(), why);
        }
        if (DATA_TYPES.contains(key) || URNS.contains(key) && resolved.startsWith(JAVA_TYPE)) {
            dataType(value);
        }
        if (key.equals("allowUnmarshallType") && resolved.equals("true")) {
            reject(value.place(), "With `allowUnmarshallType` a message says which class is instantiated. Leave it out.");
        }
        if (key.equals("log") && resolved.isEmpty()) {
            reject(value.place(), "`log` has no message. Write one.");
        }
        switch (key) {
            case "log", "message" -> simple(value, resolved, false);
            case "toD" -> simple(value, resolved, false);
            case "logLanguage" -> {
                String denied = allowList.whyNotLanguage(resolved);
                if (denied != null) {
                    reject(value.place(), denied);
                }
            }
            case "precondition" -> simple(value, resolved, true);
            case "exception", "exceptionType" -> {
                if (!isException(resolved, key.equals("exception") ? Throwable.class : Exception.class)) {
                    reject(value.place(), "There is no exception `%s` in the application. Write its full name, such as java.lang.Exception."
                            .formatted(resolved));
                }
            }
            case "logName" -> {
                if (resolved.startsWith(EndpointCheck.OWN_LOGGERS) || resolved.contains("$")) {
                    reject(value.place(), "The loggers of `%s` are the application's. Leave `logName` out, or write another, fixed name."
                            .formatted(EndpointCheck.OWN_LOGGERS));
                }
            }
            case "startupOrder" -> reject(value.place(), "All routes, the application's too, are in one order. Leave `startupOrder` out: "
                    + "the routes of a file start in the order in which they stand.");
            default -> {
            }
        }
    }

    private void languages(String key, YamlValue holder, String position) {
        for (Map.Entry<String, YamlValue> entry : holder.entries().entrySet()) {
            String language = entry.getKey();
            // `bean` and `method` have an option `method`, and `language` one of its own name.
            if (!LANGUAGES.contains(language) || key.equals("bean") || key.equals("method") || key.equals("language")
                    || !isExpression(holder, language)) {
                continue;
            }
            Place place = holder.placeOf(language);
            YamlValue content = entry.getValue();
            boolean followed = language.equals("constant") || language.equals("simple") && key.endsWith("nrich");
            if (RouteReader.COMPUTED.contains(key) && !followed) {
                reject(place, "`%s` would learn only from a message which endpoint it is. Write it with `constant`, or use `toD`."
                        .formatted(key));
            }
            if (language.equals("method")) {
                method(content);
                continue;
            }
            String name = language.equals("language") ? content.text("language") : language;
            String denied = allowList.whyNotLanguage(name);
            if (denied != null) {
                reject(place, denied);
            } else if (!isThere("language", name)) {
                reject(place, "The language `%s` is not in the application. Write `simple`.".formatted(name));
            }
            YamlValue expression = content.isMap() ? content.get("expression").orElse(content) : content;
            String text = reader.resolved(expression.text());
            if (name.equals("simple") || name.equals("file")) {
                boolean predicate = PREDICATES.contains(position) || position.equals("loop") && holder.text("doWhile").equals("true");
                simple(expression, text, predicate);
            } else if (text.startsWith("resource:")) {
                reject(expression.place(), "An expression from elsewhere cannot be checked. Write the expression itself.");
            }
        }
    }

    /** An option may have the name of a language: `simple` is none, but `header` and `variable` are words of many steps. */
    private static boolean isExpression(YamlValue holder, String language) {
        return !(holder.get("uri").isPresent() && Set.of("header", "variable", "language").contains(language));
    }

    private void method(YamlValue method) {
        // `ref` and `beanType` are seen to where all beans and types are.
        if (method.isText()) {
            String why = allowList.whyNotReference(reader.resolved(method.text()).split("[?.:]", 2)[0]);
            if (why != null) {
                reject(method.place(), why);
            }
        } else if (method.text("ref").isEmpty() && method.text("beanType").isEmpty()) {
            reject(method.place(), "`method` names no bean. Write `simple`.");
        }
    }

    private void simple(YamlValue at, String text, boolean predicate) {
        // To read one that leads out could already do what it says.
        if (!SimpleText.leadingOut(text, allowList).isEmpty()) {
            return;
        }
        if (text.startsWith("resource:")) {
            reject(at.place(), "An expression from elsewhere cannot be checked. Write the expression itself.");
            return;
        }
        SimpleText.Problem problem = SimpleText.syntax(camel, text, predicate);
        if (problem != null) {
            reject(text.equals(at.text()) ? at.place(problem.index()) : at.place(), problem.reason());
        }
    }

    private void aggregate(YamlValue step) {
        if (step.get("correlationExpression").isEmpty()) {
            reject(step.place(), "`aggregate` lacks `correlationExpression`, by which messages belong together. Add it, such as "
                    + "`correlationExpression: {constant: \"all\"}`.");
        }
        if (step.entries().keySet().stream().noneMatch(name -> name.startsWith("completion")
                && !name.equals("completionOnNewCorrelationGroup"))) {
            reject(step.place(), "`aggregate` never ends. Add `completionSize`, `completionTimeout` or `completionInterval`.");
        }
    }

    private void dataType(YamlValue at) {
        String type = reader.resolved(at.text());
        String why = allowList.whyNotData(type.startsWith(JAVA_TYPE) ? type.substring(JAVA_TYPE.length()) : type);
        if (why != null) {
            reject(at.place(), why);
        }
    }

    /** Camel would make anything of a text that has a constructor for it. */
    private static boolean isException(String name, Class<?> kind) {
        try {
            return kind.isAssignableFrom(Class.forName(name, false, FileCheck.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private void dataFormat(String name, YamlValue step) {
        YamlValue format = step.get(name).orElseThrow();
        String library = format.text("library").isEmpty() ? "jackson" : format.text("library").toLowerCase(Locale.ROOT);
        String service = name.equals("json") ? library : name;
        String dashed = service.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
        if (!name.equals("custom") && !isThere("dataformat", service) && !isThere("dataformat", dashed)) {
            reject(step.placeOf(name), "The data format `%s` is not in the application. `json` with the library Jackson is."
                    .formatted(service));
        }
    }

    private static boolean isThere(String kind, String name) {
        return FileCheck.class.getClassLoader().getResource("META-INF/services/org/apache/camel/" + kind + "/" + name) != null;
    }

    private static String kebabCase(String id) {
        String kebab = id.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^[-0-9]+|-$", "");
        return kebab.isEmpty() ? "my-route" : kebab;
    }

    private void reject(Place place, String reason) {
        rejections.add(new Rejection(path, place.line(), place.column(), reason));
    }
}
