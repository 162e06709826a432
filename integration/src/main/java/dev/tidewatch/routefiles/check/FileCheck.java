package dev.tidewatch.routefiles.check;

import dev.tidewatch.routefiles.check.EipModel.ValueCheck;
import dev.tidewatch.routefiles.check.Placeholders.UnresolvedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;

/** One check of one file that conforms to Camel's schema. */
final class FileCheck {

    private static final Set<String> DOCUMENTATION = Set.of("description", "note");
    private static final String DATA_TYPE_CLASS = "java:";
    /** They apply to the routes of their file, and Camel requires them before those. */
    private static final Set<String> FILE_SCOPED = Set.of("intercept", "interceptFrom", "onCompletion", "onException");
    private static final Map<String, String> CONTEXT_SCOPED = Map.of(
            "beans", "`beans` at the top level registers beans for all routes and could replace one of the application's. Use a Kamelet, "
                    + "or a bean that is allowed in route files.",
            "dataFormats", "`dataFormats` at the top level applies to all routes. Configure the data format in the step, such as "
                    + "`marshal: {json: {}}`.",
            "errorHandler", "`errorHandler` at the top level also applies to routes that are loaded later. Move it into your route, next "
                    + "to `from:`.",
            "from", "The route has no id. Write `- route:`, and below it `id:` and `from:`.",
            "interceptSendToEndpoint", "`interceptSendToEndpoint` at the top level intercepts the messages of all routes. Add its "
                    + "steps before the `to:` of your own route.",
            "rest", "`rest` changes the application's HTTP API. Start a route with the `uri` `platform-http:/path` and the parameter "
                    + "`httpMethodRestrict`.",
            "restConfiguration", "`restConfiguration` applies to all routes. Remove it, and set the options in `from:`.",
            "routeTemplate", "A route template is available to all routes and could replace a Kamelet. Write the route itself.",
            "templatedRoute", "A templated route contains no steps that can be checked. Write the route itself.");
    private static final String KEBAB_CASE = "[a-z][a-z0-9]*(-[a-z0-9]+)*";
    /** The id of a route is also its consumer group, which must fit the column {@code processed_events.consumer}. */
    private static final int MAX_ID_LENGTH = 255;

    private final Path path;
    private final CamelContext camel;
    private final EipModel eips;
    private final AllowList allowList;
    private final ReservedNames reserved;
    private final Placeholders placeholders;
    private final EndpointCheck endpoints;
    private final RouteReader reader;
    private final List<Rejection> rejections = new ArrayList<>();

    FileCheck(Path path, CamelContext camel, EipModel eips, AllowList allowList, ReservedNames reserved, Placeholders placeholders,
            EndpointCheck endpoints) {
        this.path = path;
        this.camel = camel;
        this.eips = eips;
        this.allowList = allowList;
        this.reserved = reserved;
        this.placeholders = placeholders;
        this.endpoints = endpoints;
        reader = new RouteReader(placeholders);
    }

    CheckResult check(YamlValue file, String text) {
        List<RouteSummary> routes = new ArrayList<>();
        List<String> configurations = new ArrayList<>();
        Map<String, YamlValue> ids = new HashMap<>();
        long count = file.items().stream().filter(item -> item.get("route").isPresent()).count();
        for (YamlValue item : file.items()) {
            item.entries().forEach((key, entry) -> {
                if (CONTEXT_SCOPED.containsKey(key)) {
                    reject(item.positionOf(key), CONTEXT_SCOPED.get(key));
                    return;
                }
                if (!eips.isReviewed("", EipModel.FILE, key)) {
                    rejectUnreviewed("", EipModel.FILE, item, key);
                    return;
                }
                if (FILE_SCOPED.contains(key) && !routes.isEmpty()) {
                    reject(item.positionOf(key),
                            "`%s` applies to the routes of this file and must precede them. Move it above the first route.".formatted(key));
                }
                if (key.equals("route")) {
                    routes.add(route(entry));
                } else if (key.equals("routeConfiguration")) {
                    configurations.add(configuration(item, entry));
                }
                ids(entry, ids);
                visit("", key, entry, false);
                boolean shared = key.equals("routeConfiguration") || FILE_SCOPED.contains(key) && count > 1;
                reader.endpoints(entry).forEach(endpoint -> {
                    if (shared && endpoint.scheme().equals("kamelet")) {
                        reject(endpoint.at().position(), ("A Kamelet belongs to one route, but `%s` applies to several. Write "
                                + "`to: direct:…` with a name of your own, and call the Kamelet in that route.").formatted(key));
                    }
                    reservedNames(endpoint);
                    endpoints.check(endpoint, (at, reason) -> reject(at.position(), reason));
                });
            });
        }
        if (routes.isEmpty() && configurations.isEmpty() && rejections.isEmpty()) {
            reject(file.position(), RouteFileChecker.NO_ROUTE);
        }
        return rejections.isEmpty() ? new CheckResult(new RouteFile(path, text, routes, configurations), List.of())
                : new CheckResult(null, rejections.stream().distinct()
                        .sorted(Comparator.comparingInt(Rejection::line).thenComparingInt(Rejection::column)).toList());
    }

    private RouteSummary route(YamlValue route) {
        RouteSummary summary = reader.summary(route);
        String id = summary.id();
        YamlPosition position = route.get("id").map(YamlValue::position).orElse(route.position());
        if (id.isEmpty()) {
            reject(position, "The route has no id. Add a unique one, such as `id: new-address-alert`.");
        } else if (!id.matches(KEBAB_CASE)) {
            reject(position, "The id `%s` is not in kebab-case. Write `%s`.".formatted(id, kebabCase(id)));
        }
        if (id.length() > MAX_ID_LENGTH) {
            reject(position, "The id has %d characters. Use at most %d.".formatted(id.length(), MAX_ID_LENGTH));
        }
        if (reserved.routeIds().contains(id)) {
            reject(position, "The id `%s` is reserved for a route of the application. Choose another one.".formatted(id));
        }
        return summary;
    }

    private void reservedNames(EndpointUri endpoint) {
        if (!endpoint.consumer()) {
            return;
        }
        RouteSummary names = reader.consumedBy(endpoint);
        names.consumed().stream().filter(reserved.consumed()::contains).forEach(name ->
                reject(endpoint.at().position(), "`%s` is an endpoint of the application. Choose another name.".formatted(name)));
        names.httpPaths().stream().filter(mine -> reserved.httpPaths().stream().anyMatch(path -> RouteReader.overlap(mine, path)))
                .forEach(mine -> reject(endpoint.at().position(),
                        "The application itself serves `%s`. Choose another path.".formatted(mine)));
        names.groups().stream().filter(group -> reserved.groups().contains(group) || reserved.routeIds().contains(group)).forEach(group ->
                reject(endpoint.yamlOf("groupId").position(), ("The consumer group `%s` belongs to the application, which would lose "
                        + "records to this route. Choose another one, such as the id of the route.").formatted(group)));
    }

    private String configuration(YamlValue item, YamlValue configuration) {
        String id = configuration.text("id");
        if (id.isEmpty()) {
            reject(item.positionOf("routeConfiguration"), "A route configuration without an id applies to all routes. Add `id:`, and refer "
                    + "to it from your routes with `routeConfigurationId:`.");
        } else if (!id.matches(KEBAB_CASE)) {
            reject(configuration.get("id").orElseThrow().position(), "The id `%s` is not in kebab-case. Write `%s`.".formatted(id,
                    kebabCase(id)));
        } else if (reserved.configurations().contains(id)) {
            reject(configuration.get("id").orElseThrow().position(),
                    "The id `%s` is reserved for a route configuration of the application. Choose another one.".formatted(id));
        }
        return id;
    }

    /** Camel starts no route of a file that uses an id twice. It accepts ids of steps that another file uses, too. */
    private void ids(YamlValue entry, Map<String, YamlValue> taken) {
        RouteReader.collectIds("", entry, (id, at) -> {
            YamlValue first = taken.putIfAbsent(id, at);
            if (first != null) {
                reject(at.position(), "The id `%s` is already used in line %d. Choose another one.".formatted(id, first.position().line()));
            }
        });
    }

    private void visit(String parent, String key, YamlValue value, boolean inParameters) {
        if (value.isText()) {
            text(parent, key, value, inParameters);
        } else if (inParameters) {
            if (!key.equals("parameters") && (value.isList() || value.isMap())) {
                reject(value.position(), "The parameter `%s` is not a single value. Write a text or a number.".formatted(key));
            }
        } else if (value.isMap()) {
            eip(parent, key, value);
        }
        value.entries().forEach((name, entry) -> {
            if (inParameters || eips.isReviewed(parent, key, name)) {
                visit(key, name, entry, inParameters || name.equals("parameters"));
            } else {
                rejectUnreviewed(parent, key, value, name);
            }
        });
        value.items().forEach(item -> visit(parent, key, item, inParameters));
    }

    private void rejectUnreviewed(String parent, String key, YamlValue holder, String name) {
        Set<String> dataFormats = eips.dataFormats(key);
        if (dataFormats.contains(name) && !isDataFormatThere(name, holder)) {
            reject(holder.positionOf(name), "The data format `%s` is not part of the application. Use `json` with the library Jackson."
                    .formatted(name));
            return;
        }
        String what = key.equals(EipModel.FILE) ? "element" : key.equals("steps") ? "EIP" : dataFormats.contains(name) ? "data format"
                : eips.isExpression(parent, key) ? "language or option" : "option";
        reject(holder.positionOf(name), "The %s `%s` has not been reviewed for use in route files. Remove it.".formatted(what, name));
    }

    private void eip(String parent, String key, YamlValue value) {
        if (eips.isExpression(parent, key)) {
            expression(parent, key, value);
        }
        // In a route configuration, `onException` is the name of a list and of each of its items.
        if ((key.equals("onException") && value.get("onException").isEmpty() || key.equals("doCatch"))
                && value.get("exception").filter(list -> list.isText() || !list.items().isEmpty()).isEmpty()) {
            reject(value.position(), "`%s` has no `exception`. Add it, such as `exception: [java.lang.Exception]`.".formatted(key));
        }
        if (key.equals("circuitBreaker") && !isThere("model", "CircuitBreakerDefinition")) {
            reject(value.position(), "`circuitBreaker` requires a library that is not part of the application. Remove this step.");
        }
        for (String delimiter : List.of("delimiter", "uriDelimiter")) {
            value.get(delimiter).filter(own -> RouteReader.COMPUTED.contains(key) && !reader.resolved(own.text()).equals(","))
                    .ifPresent(own -> reject(own.position(),
                            "Endpoints must be separated by commas here. Remove `%s`.".formatted(delimiter)));
        }
        if (key.equals("aggregate")) {
            aggregate(value);
        }
        Set<String> dataFormats = eips.dataFormats(key);
        if (!dataFormats.isEmpty() && value.entries().keySet().stream().noneMatch(dataFormats::contains)) {
            reject(value.position(), "`%s` has no data format. Write `%s: {json: {}}`.".formatted(key, key));
        }
        value.get("json").filter(format -> dataFormats.contains("json") && !isDataFormatThere("json", value)).ifPresent(format ->
                reject(value.positionOf("json"), "The library %s is not part of the application. Remove `library`, or write Jackson."
                        .formatted(format.text("library"))));
    }

    private void text(String parent, String key, YamlValue value, boolean inParameters) {
        if (DOCUMENTATION.contains(key)) {
            return;
        }
        String resolved;
        try {
            resolved = placeholders.resolve(value.text());
        } catch (UnresolvedException e) {
            reject(value.position(e.index()), e.getMessage());
            return;
        }
        if (resolved.contains("{{")) {
            reject(value.position(value.text().indexOf("{{")), "The placeholder is not closed, or its name is invalid. Write `{{name}}`.");
        }
        // In constants, too: a SQL statement in a header is evaluated later.
        SimpleText.notAllowed(resolved, allowList).forEach(finding ->
                reject(resolved.equals(value.text()) ? value.position(finding.index()) : value.position(), finding.reason()));
        if (inParameters) {
            return;
        }
        ValueCheck check = eips.check(parent, key);
        boolean reference = check == ValueCheck.BEAN || key.equals("ref") || parent.equals("ref")
                || resolved.matches("#(class|type|bean):.*");
        String why = reference ? allowList.whyNotReference(resolved) : check == ValueCheck.TYPE ? allowList.whyNotType(resolved)
                : check == ValueCheck.DATA || check == ValueCheck.URN && resolved.startsWith(DATA_TYPE_CLASS)
                ? allowList.whyNotData(resolved.startsWith(DATA_TYPE_CLASS) ? resolved.substring(DATA_TYPE_CLASS.length()) : resolved)
                : null;
        if (why != null) {
            reject(value.position(), why);
        }
        switch (key) {
            case "allowUnmarshallType" -> {
                if (resolved.equals("true")) {
                    reject(value.position(), "`allowUnmarshallType` lets a message choose the class that is instantiated. Remove it.");
                }
            }
            case "log", "message" -> {
                if (key.equals("log") && resolved.isEmpty()) {
                    reject(value.position(), "`log` has no message. Add one.");
                }
                simple(value, resolved, false);
            }
            case "toD" -> simple(value, resolved, false);
            case "logLanguage" -> {
                String denied = allowList.whyNotLanguage(resolved);
                if (denied != null) {
                    reject(value.position(), denied);
                }
            }
            case "precondition" -> simple(value, resolved, true);
            case "exception", "exceptionType" -> {
                if (!isException(resolved, key.equals("exception") ? Throwable.class : Exception.class)) {
                    reject(value.position(),
                            "The application has no exception class `%s`. Write a full class name, such as java.lang.Exception."
                            .formatted(resolved));
                }
            }
            case "logName" -> {
                if (resolved.startsWith(EndpointCheck.OWN_LOGGERS) || resolved.contains("$")) {
                    reject(value.position(),
                            "The loggers of `%s` are reserved for the application. Remove `logName`, or write another fixed name."
                            .formatted(EndpointCheck.OWN_LOGGERS));
                }
            }
            case "startupOrder" -> reject(value.position(), "`startupOrder` also affects the application's routes. Remove it: the routes "
                    + "of a file start in the order in which they are written.");
            default -> {
            }
        }
    }

    private void expression(String parent, String key, YamlValue holder) {
        if (eips.requiresExpression(parent, key)
                && holder.entries().keySet().stream().noneMatch(name -> eips.isLanguage(name) || name.startsWith("expression"))) {
            reject(holder.position(), "`%s` has no expression. Add one, such as `simple: ${body}`.".formatted(key));
        }
        String eip = key.startsWith("expression") ? parent : key;
        holder.entries().forEach((language, content) -> {
            if (!eips.isLanguage(language)) {
                return;
            }
            boolean checkable = language.equals("constant") || language.equals("simple") && eip.endsWith("nrich");
            if (RouteReader.COMPUTED.contains(eip) && !checkable) {
                reject(holder.positionOf(language), ("`%s` computes the endpoint from the message, so that it cannot be checked. Use "
                        + "`constant`, or `toD`.").formatted(eip));
            }
            switch (language) {
                case "method" -> method(content);
                case "ref" -> {
                    // Checked as a bean.
                }
                default -> language(language.equals("language") ? content.text("language") : language, holder.positionOf(language), content,
                        eips.isPredicate(parent, key) || eip.equals("loop") && holder.text("doWhile").equals("true"));
            }
        });
    }

    private void language(String name, YamlPosition position, YamlValue content, boolean predicate) {
        String denied = allowList.whyNotLanguage(name);
        if (denied != null) {
            reject(position, denied);
        } else if (!isThere("language", name)) {
            reject(position, "The language `%s` is not part of the application. Use `simple`.".formatted(name));
        }
        YamlValue expression = content.isMap() ? content.get("expression").orElse(content) : content;
        String text = reader.resolved(expression.text());
        if (name.equals("simple") || name.equals("file")) {
            simple(expression, text, predicate);
        } else if (text.startsWith("resource:")) {
            reject(expression.position(), "An expression that is loaded from a resource cannot be checked. Write the expression itself.");
        }
    }

    private void method(YamlValue method) {
        // The options `ref` and `beanType` are checked like those of other EIPs.
        if (method.isText()) {
            String why = allowList.whyNotReference(reader.resolved(method.text()).split("[?.:]", 2)[0]);
            if (why != null) {
                reject(method.position(), why);
            }
        } else if (method.text("ref").isEmpty() && method.text("beanType").isEmpty()) {
            reject(method.position(), "`method` names no bean. Use `simple`.");
        }
    }

    private void simple(YamlValue at, String text, boolean predicate) {
        // Parsing an expression with a function that is not allowed could already run it.
        if (!SimpleText.notAllowed(text, allowList).isEmpty()) {
            return;
        }
        if (text.startsWith("resource:")) {
            reject(at.position(), "An expression that is loaded from a resource cannot be checked. Write the expression itself.");
            return;
        }
        SimpleText.syntaxError(camel, text, predicate).ifPresent(error ->
                reject(text.equals(at.text()) ? at.position(error.index()) : at.position(), error.reason()));
    }

    private void aggregate(YamlValue step) {
        if (step.get("correlationExpression").isEmpty()) {
            reject(step.position(), "`aggregate` has no `correlationExpression`, which groups the messages. Add it, such as "
                    + "`correlationExpression: {constant: \"all\"}`.");
        }
        if (step.entries().keySet().stream().noneMatch(name -> name.startsWith("completion")
                && !name.equals("completionOnNewCorrelationGroup"))) {
            reject(step.position(), "`aggregate` never completes. Add `completionSize`, `completionTimeout` or `completionInterval`.");
        }
    }

    /** Camel instantiates any class by the name of an exception, if it has a constructor for a text. */
    private static boolean isException(String name, Class<?> kind) {
        try {
            return kind.isAssignableFrom(Class.forName(name, false, FileCheck.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private static boolean isDataFormatThere(String name, YamlValue step) {
        String library = step.get("json").map(json -> json.text("library")).filter(text -> !text.isEmpty()).orElse("jackson");
        String service = name.equals("json") ? library.toLowerCase(Locale.ROOT) : name;
        return name.equals("custom") || isThere("dataformat", service)
                || isThere("dataformat", service.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT));
    }

    private static boolean isThere(String kind, String name) {
        return FileCheck.class.getClassLoader().getResource("META-INF/services/org/apache/camel/" + kind + "/" + name) != null;
    }

    private static String kebabCase(String id) {
        String kebab = id.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^[-0-9]+|-$", "");
        return kebab.isEmpty() ? "my-route" : kebab;
    }

    private void reject(YamlPosition position, String reason) {
        rejections.add(new Rejection(path, position.line(), position.column(), reason));
    }
}
