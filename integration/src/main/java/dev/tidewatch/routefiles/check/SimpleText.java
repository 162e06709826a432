package dev.tidewatch.routefiles.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.language.simple.types.SimpleParserException;
import org.apache.camel.spi.Language;

/** Text in Camel's language Simple: whether it can be read, and whether it stays with the data of a message. */
final class SimpleText {

    record Problem(int index, String reason) {
    }

    /** Functions that lead out of the message: to beans, to any class, or to the context and with it to everything. */
    private static final List<String> LEADING_OUT = List.of("bean", "type", "ref", "camelContext", "exchange", "messageAs", "exceptionAs");
    private static final Pattern FUNCTION = Pattern.compile("(\\$\\{|\\$simple\\{)\\s*([A-Za-z]+)");
    /** A call by name of what every object has, or of what messages, exchanges and endpoints have and data has not. */
    private static final Set<String> MEMBERS = Set.of("class", "getclass", "classloader", "getclassloader", "context", "getcontext",
            "camelcontext", "getcamelcontext", "exchange", "getexchange", "unitofwork", "getunitofwork", "exchangeextension",
            "getexchangeextension", "messageextension", "declaringclass", "getdeclaringclass", "module", "getmodule", "forname",
            "newinstance", "servletcontext", "getservletcontext", "wait", "notify", "notifyall");
    /** Word by word what follows a dot; words in brackets or quotes are keys of maps. */
    private static final Pattern MEMBER = Pattern.compile("[.?]\\s*([A-Za-z_][A-Za-z0-9_]*)");

    /** The name of a class, such as in {@code ${exception.class.simpleName}}, leads no further. */
    private static final Pattern CLASS_NAME = Pattern.compile("[.?]+(class|getClass)(\\(\\))?[.](name|simpleName|getName|getSimpleName)(\\(\\))?$");
    private static final Set<String> FUNCTIONS = Set.of("body", "bodyAs", "bodyOneLine", "collate", "date", "empty", "env", "exception",
            "exchangeId", "exchangeProperty", "hash", "header", "headerAs", "headers", "hostname", "id", "iif", "join", "messageTimestamp",
            "null", "prettyBody", "properties", "random", "replace", "routeId", "skip", "substring", "sys", "threadName", "uuid",
            "variable", "variables");

    private SimpleText() {
    }

    /** The functions of a text that lead out of the message. */
    static List<Problem> leadingOut(String text, AllowList allowList) {
        List<Problem> problems = new ArrayList<>();
        Matcher function = FUNCTION.matcher(text);
        while (function.find()) {
            String name = function.group(2);
            String body = inside(text, function.end(1));
            String rest = body.strip().substring(name.length());
            if (LEADING_OUT.contains(name) && !(name.equals("exchange") && rest.isBlank())) {
                problems.add(new Problem(function.start(),
                        ("`${%s…}` reaches code and settings outside the message, and is denied to route files. "
                        + "Use `${body…}`, `${header.…}`, `${variable.…}` or `${exchangeProperty.…}`.").formatted(name)));
                continue;
            }
            String denied = whyNotArgument(name, rest, allowList);
            if (denied != null) {
                problems.add(new Problem(function.start(), denied));
                continue;
            }
            Matcher member = MEMBER.matcher(CLASS_NAME.matcher(rest).replaceFirst(""));
            while (member.find()) {
                String called = member.group(1);
                if (MEMBERS.contains(called.toLowerCase(Locale.ROOT))) {
                    problems.add(new Problem(function.start(),
                            ("`%s` in `${%s}` leads from the data to the classes and the context behind it, and is "
                            + "denied to route files. A key of that name is read by `[%s]`.").formatted(called, body, called)));
                    break;
                }
            }
        }
        return problems;
    }

    /** Functions that convert, and those that are languages of their own. */
    private static String whyNotArgument(String name, String rest, AllowList allowList) {
        if (name.equals("jq") || name.equals("jsonpath") || name.equals("xpath")) {
            return allowList.whyNotLanguage(name);
        }
        if (!rest.startsWith("(") || !name.matches("(body|mandatoryBody|header|variable|exchangeProperty)As(Index)?")) {
            return null;
        }
        String[] arguments = rest.substring(1).split("\\)", 2)[0].split(",");
        int position = name.contains("ody") ? 0 : 1;
        return allowList.whyNotData(position < arguments.length ? arguments[position].strip().replaceAll("^['\"]|['\"]$", "") : "");
    }

    /** Why Simple cannot read the text, or null. */
    static Problem syntax(CamelContext camel, String text, boolean predicate) {
        try {
            Language simple = camel.resolveLanguage("simple");
            if (predicate) {
                simple.createPredicate(text);
            } else {
                simple.createExpression(text);
            }
            return null;
        } catch (SimpleParserException e) {
            return new Problem(e.getIndex(), words(e.getMessage(), predicate));
        } catch (SimpleIllegalSyntaxException e) {
            return new Problem(e.getIndex(), words(e.getMessage(), predicate));
        } catch (RuntimeException e) {
            return new Problem(0, words(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), predicate));
        }
    }

    private static String words(String message, boolean predicate) {
        String first = message.lines().findFirst().orElse(message).replaceFirst(" at location \\d+.*$", "").strip().replaceFirst("\\.$", "")
                .replace("expected symbol functionEnd but was eol", "a `${` lacks its `}`");
        String instead = predicate ? " A condition is written as in `${body.action} == 'LOGIN_FAILURE'`." : "";
        if (first.startsWith("Unknown function: ")) {
            instead = Suggestion.forName(first.substring("Unknown function: ".length()).split("[.(:\\[]", 2)[0], FUNCTIONS);
        }
        return "Simple cannot read this: %s.%s".formatted(first, instead.isEmpty()
                ? CamelDocs.see("languages/simple-language.html") : instead);
    }

    /** What stands between an opening brace and the one that closes it. */
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
