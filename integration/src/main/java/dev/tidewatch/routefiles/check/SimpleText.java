package dev.tidewatch.routefiles.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.language.simple.types.SimpleParserException;
import org.apache.camel.spi.Language;

/** Text in Camel's Simple language: whether its syntax is valid, and whether it only accesses the data of the exchange. */
final class SimpleText {

    /** @param index the position in the text, from 0 */
    record Finding(int index, String reason) {
    }

    /** Functions that only access the data of the exchange, or that compute a value from their arguments. */
    private static final Set<String> FUNCTIONS = Set.of("body", "bodyAs", "bodyOneLine", "camelId", "collate", "date", "empty", "exception",
            "exchangeId", "exchangeProperty", "exchangePropertyAs", "exchangePropertyAsIndex", "file", "fromRouteId", "hash", "header",
            "headerAs", "headerAsIndex", "headers", "hostname", "id", "iif", "in", "join", "list", "mandatoryBodyAs", "map",
            "messageHistory", "messageTimestamp", "null", "originalBody", "pretty", "prettyBody", "random", "replace", "routeGroup",
            "routeId", "skip", "stepId", "substring", "threadId", "threadName", "uuid", "variable", "variableAs", "variableAsIndex",
            "variables");
    /** Functions that read settings, whose names a message could choose. */
    private static final Set<String> SETTING_FUNCTIONS = Set.of("env", "properties", "propertiesExist", "sys", "sysenv");
    /** Functions that evaluate another language. */
    private static final Set<String> LANGUAGE_FUNCTIONS = Set.of("jq", "jsonpath", "xpath");
    private static final Pattern FUNCTION = Pattern.compile("(\\$\\{|\\$simple\\{)\\s*([A-Za-z]*)");
    private static final Pattern CONVERSION = Pattern.compile("(body|mandatoryBody|header|variable|exchangeProperty)As(Index)?");
    /** Members of every object, and of messages, exchanges and endpoints, that give access to more than data. */
    private static final Set<String> MEMBERS = Set.of("class", "getclass", "classloader", "getclassloader", "context", "getcontext",
            "camelcontext", "getcamelcontext", "exchange", "getexchange", "unitofwork", "getunitofwork", "exchangeextension",
            "getexchangeextension", "messageextension", "declaringclass", "getdeclaringclass", "module", "getmodule", "forname",
            "newinstance", "servletcontext", "getservletcontext", "wait", "notify", "notifyall");
    /** Each word after a dot; words in brackets or quotes are keys of maps. */
    private static final Pattern MEMBER = Pattern.compile("[.?]\\s*([A-Za-z_][A-Za-z0-9_]*)");
    /** The name of a class, such as in {@code ${exception.class.simpleName}}, is data. */
    private static final Pattern CLASS_NAME = Pattern.compile(
            "[.?]+(class|getClass)(\\(\\))?[.](name|simpleName|getName|getSimpleName)(\\(\\))?$");

    private SimpleText() {
    }

    /** The functions and members in a text that are not allowed. */
    static List<Finding> notAllowed(String text, AllowList allowList) {
        List<Finding> findings = new ArrayList<>();
        Matcher function = FUNCTION.matcher(text);
        while (function.find()) {
            String why = whyNot(function.group(2), inside(text, function.end(1)), allowList);
            if (why != null) {
                findings.add(new Finding(function.start(), why));
            }
        }
        return findings;
    }

    private static String whyNot(String name, String content, AllowList allowList) {
        if (LANGUAGE_FUNCTIONS.contains(name)) {
            return allowList.whyNotLanguage(name);
        }
        if (!FUNCTIONS.contains(name)) {
            // A prefix is not a typing error: `exchange` does not mean `exchangeId`.
            String suggestion = Suggestion.forName(name, FUNCTIONS.stream().filter(known -> !known.startsWith(name)).toList());
            return "The Simple function `${%s…}` is not allowed in route files.%s".formatted(name,
                    SETTING_FUNCTIONS.contains(name) ? " Use a placeholder, such as `{{env:NAME}}`." : suggestion.isEmpty()
                            ? " Use one of " + String.join(", ", new TreeSet<>(FUNCTIONS)) + "." : suggestion);
        }
        String rest = content.strip().substring(name.length());
        if (rest.startsWith("(") && CONVERSION.matcher(name).matches()) {
            String[] arguments = rest.substring(1).split("\\)", 2)[0].split(",");
            int type = name.contains("ody") ? 0 : 1;
            String denied = allowList.whyNotData(type < arguments.length ? arguments[type].strip().replaceAll("^['\"]|['\"]$", "") : "");
            if (denied != null) {
                return denied;
            }
        }
        return MEMBER.matcher(CLASS_NAME.matcher(rest).replaceFirst("")).results().map(member -> member.group(1))
                .filter(member -> MEMBERS.contains(member.toLowerCase(Locale.ROOT))).findFirst()
                .map(member -> ("`%s` in `${%s}` gives access to classes or to the Camel context, and is not allowed in route files. "
                        + "Remove it; to read a map's key of that name, write `[%s]`.").formatted(member, content, member))
                .orElse(null);
    }

    /** The syntax error of a text, if it has one. */
    static Optional<Finding> syntaxError(CamelContext camel, String text, boolean predicate) {
        try {
            Language simple = camel.resolveLanguage("simple");
            if (predicate) {
                simple.createPredicate(text);
            } else {
                simple.createExpression(text);
            }
            return Optional.empty();
        } catch (SimpleParserException e) {
            return Optional.of(new Finding(e.getIndex(), reason(e, predicate)));
        } catch (SimpleIllegalSyntaxException e) {
            return Optional.of(new Finding(e.getIndex(), reason(e, predicate)));
        } catch (RuntimeException e) {
            return Optional.of(new Finding(0, reason(e, predicate)));
        }
    }

    private static String reason(RuntimeException error, boolean predicate) {
        String message = String.valueOf(error.getMessage()).lines().findFirst().orElse("").replaceFirst(" at location \\d+.*$", "").strip()
                .replaceFirst("\\.$", "").replace("expected symbol functionEnd but was eol", "a `${` is not closed with `}`");
        return "Invalid Simple expression: %s.%s".formatted(message, predicate
                ? " Write a condition such as `${body.action} == 'LOGIN_FAILURE'`."
                : CamelDocs.see("languages/simple-language.html"));
    }

    /** The text between an opening brace and the closing one. */
    private static String inside(String text, int start) {
        int depth = 1;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return text.substring(start, i);
            }
        }
        return text.substring(start);
    }
}
