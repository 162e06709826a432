package dev.tidewatch.routefiles.check;

import dev.tidewatch.routefiles.check.YamlValue.UnreadableYamlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The Kamelets of the application and their parameters. */
final class KameletCatalog {

    private record Kamelet(String type, Map<String, YamlValue> parameters, List<String> required) {
    }

    private final Map<String, Kamelet> byName = new TreeMap<>();

    KameletCatalog() {
        try {
            for (Resource file : new PathMatchingResourcePatternResolver().getResources("classpath*:kamelets/*.kamelet.yaml")) {
                YamlValue kamelet = YamlValue.read(file.getContentAsString(StandardCharsets.UTF_8)).orElseThrow();
                YamlValue metadata = kamelet.get("metadata").orElseThrow();
                YamlValue definition = kamelet.get("spec").flatMap(spec -> spec.get("definition")).orElseThrow();
                byName.put(metadata.text("name"), new Kamelet(
                        metadata.get("labels").map(labels -> labels.text("camel.apache.org/kamelet.type")).orElse(""),
                        definition.get("properties").map(YamlValue::entries).orElse(Map.of()),
                        definition.get("required").map(YamlValue::texts).orElse(List.of())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The Kamelets cannot be read", e);
        } catch (UnreadableYamlException e) {
            throw new IllegalStateException("A Kamelet of the application is not valid YAML", e);
        }
    }

    /** Why a Kamelet cannot be used here; null when it can. */
    String whyNot(String name, boolean consumer) {
        Kamelet kamelet = byName.get(name);
        if (name.equals("source") || name.equals("sink")) {
            return "`kamelet:%s` is only valid inside a Kamelet.%s".formatted(name, names(consumer));
        }
        if (kamelet == null) {
            String suggestion = Suggestion.forName(name, byName.keySet());
            return "The Kamelet `%s` does not exist.%s".formatted(name, suggestion.isEmpty() ? names(consumer) : suggestion);
        }
        if (consumer != kamelet.type().equals("source")) {
            return "The Kamelet `%s` is of type %s and cannot be used here.%s".formatted(name, kamelet.type(), names(consumer));
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
        List<String> values = definition.get("enum").map(YamlValue::texts).orElse(List.of());
        String pattern = definition.text("pattern");
        String maxLength = definition.text("maxLength");
        String minimum = definition.text("minimum");
        if (!maxLength.isEmpty() && value.length() > Integer.parseInt(maxLength)) {
            return "`%s` has %d characters. Use at most %s.".formatted(parameter, value.length(), maxLength);
        }
        Predicate<String> hasType = switch (definition.text("type")) {
            case "integer" -> text -> text.matches("-?\\d{1,18}");
            case "number" -> text -> text.matches("-?\\d+(\\.\\d+)?");
            case "boolean" -> text -> text.matches("true|false");
            default -> text -> true;
        };
        String rule = !values.isEmpty() && !values.contains(value) ? "Write one of %s.".formatted(String.join(", ", values))
                : !pattern.isEmpty() && !matches(value, pattern) ? "It must match the pattern %s.".formatted(pattern)
                : !hasType.test(value) ? "It must be of type %s.".formatted(definition.text("type"))
                : !minimum.isEmpty() && new BigDecimal(value).compareTo(new BigDecimal(minimum)) < 0 ? "Use at least %s.".formatted(minimum)
                : null;
        return rule == null ? null : "`%s` cannot be `%s`. %s".formatted(parameter, value, rule);
    }

    private String names(boolean consumer) {
        List<String> names = byName.keySet().stream().filter(name -> consumer == byName.get(name).type().equals("source"))
                .map("`%s`"::formatted).toList();
        return names.isEmpty() ? "" : " Use one of " + String.join(", ", names) + ".";
    }

    private static boolean matches(String value, String pattern) {
        try {
            return value.matches(pattern);
        } catch (PatternSyntaxException e) {
            return true;
        }
    }
}
