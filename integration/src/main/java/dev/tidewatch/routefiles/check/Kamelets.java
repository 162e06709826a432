package dev.tidewatch.routefiles.check;

import dev.tidewatch.routefiles.check.YamlValue.UnreadableYamlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The Kamelets of the application and what each of them takes. */
public final class Kamelets {

    private record Kamelet(String type, Map<String, YamlValue> parameters, List<String> required) {
    }

    private final Map<String, Kamelet> byName = new LinkedHashMap<>();

    Kamelets() {
        try {
            for (Resource file : new PathMatchingResourcePatternResolver().getResources("classpath*:kamelets/*.kamelet.yaml")) {
                YamlValue kamelet = YamlValue.read(file.getContentAsString(StandardCharsets.UTF_8)).orElseThrow();
                YamlValue definition = kamelet.get("spec").flatMap(spec -> spec.get("definition")).orElseThrow();
                byName.put(kamelet.get("metadata").orElseThrow().text("name"), new Kamelet(
                        kamelet.get("metadata").flatMap(metadata -> metadata.get("labels")).map(labels ->
                                labels.text("camel.apache.org/kamelet.type"))
                                .orElse(""),
                        definition.get("properties").map(YamlValue::entries).orElse(Map.of()),
                        definition.get("required").map(names -> names.items().stream().map(YamlValue::text).toList()).orElse(List.of())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The Kamelets cannot be read", e);
        } catch (UnreadableYamlException e) {
            throw new IllegalStateException("A Kamelet of the application cannot be read", e);
        }
    }

    /** Why there is no such Kamelet for this place; null when there is. */
    String whyNot(String name, boolean consumer) {
        Kamelet kamelet = byName.get(name);
        if (name.equals("source") || name.equals("sink")) {
            return "`kamelet:%s` means something inside a Kamelet only.%s".formatted(name, names(consumer));
        }
        if (kamelet == null) {
            String suggestion = Suggestion.forName(name, byName.keySet());
            return "There is no Kamelet `%s`.%s".formatted(name, suggestion.isEmpty() ? names(consumer) : suggestion);
        }
        if (consumer != kamelet.type().equals("source")) {
            return "The Kamelet `%s` is of the type %s, and cannot stand here.%s".formatted(name, kamelet.type(), names(consumer));
        }
        return null;
    }

    Set<String> parameters(String name) {
        return byName.get(name).parameters().keySet();
    }

    List<String> required(String name) {
        Kamelet kamelet = byName.get(name);
        return kamelet.required().stream().filter(parameter -> !kamelet.parameters().containsKey(parameter)
                || kamelet.parameters().get(parameter).get("default").isEmpty()).toList();
    }

    /** Why a parameter cannot have this value; null when it can. */
    String whyNotValue(String name, String parameter, String value) {
        YamlValue definition = byName.get(name).parameters().get(parameter);
        List<String> values = definition.get("enum").map(list -> list.items().stream().map(YamlValue::text).toList()).orElse(List.of());
        if (!values.isEmpty() && !values.contains(value)) {
            return "`%s` cannot be `%s`. Write one of %s.".formatted(parameter, value, String.join(", ", values));
        }
        String pattern = definition.text("pattern");
        if (!pattern.isEmpty() && !matches(value, pattern)) {
            return "`%s` cannot be `%s`. It must match the pattern %s.".formatted(parameter, value, pattern);
        }
        Predicate<String> fits = switch (definition.text("type")) {
            case "integer" -> text -> text.matches("-?\\d{1,18}");
            case "number" -> text -> text.matches("-?\\d+(\\.\\d+)?");
            case "boolean" -> text -> text.matches("true|false");
            default -> text -> true;
        };
        return fits.test(value) ? null
                : "`%s` cannot be `%s`. Its type is %s.".formatted(parameter, value, definition.text("type"));
    }

    private String names(boolean consumer) {
        List<String> names = new ArrayList<>();
        for (String name : new TreeSet<>(byName.keySet())) {
            if (consumer == byName.get(name).type().equals("source")) {
                names.add("`" + name + "`");
            }
        }
        return names.isEmpty() ? " There is none for this place." : " Write one of " + String.join(", ", names) + ".";
    }

    private static boolean matches(String value, String pattern) {
        try {
            return value.matches(pattern);
        } catch (PatternSyntaxException e) {
            return true;
        }
    }
}
