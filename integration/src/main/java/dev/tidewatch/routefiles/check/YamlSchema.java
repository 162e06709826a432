package dev.tidewatch.routefiles.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.tidewatch.routefiles.check.YamlValue.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A JSON Schema of YAML files, which says in plain words where a file does not keep to it. */
public final class YamlSchema {

    /** What is wrong, and where. */
    public record Violation(Place place, String reason) {
    }

    /** Camel's own, of its route files. */
    static final String OF_ROUTES = "/schema/camelYamlDsl.json";

    private static final String STEPS = "org.apache.camel.model.ProcessorDefinition";
    /** What says most about a place comes first; what is not here only says that one of the others holds. */
    private static final List<String> TELLING = List.of("additionalProperties", "maxProperties", "required", "enum", "type");

    private final JsonNode document;
    private final JsonSchema schema;

    /** @param file a resource of the class path: JSON Schema, draft 4 */
    public YamlSchema(String file) {
        try (InputStream stream = YamlSchema.class.getResourceAsStream(file)) {
            document = new ObjectMapper().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                .getSchema(document, SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER)
                        // A file needs a small part of it only.
                        .preloadJsonSchema(false).build());
    }

    /** Where a file does not keep to the schema, from top to bottom. */
    public List<Violation> validate(YamlValue file) {
        Map<String, ValidationMessage> byPlace = new LinkedHashMap<>();
        Map<String, Set<String>> types = new LinkedHashMap<>();
        schema.validate(file.json()).stream()
                .filter(message -> TELLING.contains(message.getType()))
                // Camel reads a placeholder where its schema has a boolean or a number.
                .filter(message -> !(message.getType().equals("type") && message.getInstanceNode().asText().contains("{{")))
                .sorted(Comparator.comparingInt((ValidationMessage message) -> TELLING.indexOf(message.getType())))
                .forEach(message -> {
                    byPlace.putIfAbsent(where(message), message);
                    if (message.getType().equals("type")) {
                        types.computeIfAbsent(where(message), key -> new TreeSet<>()).add(message.getSchemaNode().asText());
                    }
                });
        List<Violation> violations = new ArrayList<>();
        byPlace.forEach((where, message) -> {
            // Of alternatives the one that was followed furthest is the one that was meant.
            if (byPlace.keySet().stream().noneMatch(other -> other.startsWith(where + "/"))) {
                violations.add(violation(file, message, types.get(where)));
            }
        });
        violations.sort(Comparator.comparingInt((Violation violation) -> violation.place().line())
                .thenComparingInt(violation -> violation.place().column()));
        return violations;
    }

    private static String where(ValidationMessage message) {
        String location = message.getInstanceLocation().toString();
        return message.getType().equals("additionalProperties") ? location + "/" + message.getProperty() : location;
    }

    private Violation violation(YamlValue file, ValidationMessage message, Set<String> types) {
        YamlValue value = at(file, message.getInstanceLocation());
        String name = name(message.getInstanceLocation());
        return switch (message.getType()) {
            case "additionalProperties" -> unknown(message, value, name);
            case "maxProperties" -> new Violation(second(value),
                    "Only one %s may stand in one item of the list. Begin the next one with `- `, "
                    .formatted(isTopLevel(message) ? "route" : "step") + "and indent what belongs to it.");
            case "required" -> new Violation(value.place(), "`%s` lacks `%s`. Add it.".formatted(name, message.getProperty()));
            case "enum" -> new Violation(value.place(), "`%s` cannot be `%s`. Write one of %s.".formatted(name, value.text(),
                    String.join(", ", texts(message.getSchemaNode()))));
            default -> new Violation(value.place(), "`%s` is %s. Write %s here.".formatted(name, kind(value), String.join(" or ",
                    types.stream().map(YamlSchema::words).toList())));
        };
    }

    private Violation unknown(ValidationMessage message, YamlValue value, String name) {
        String property = message.getProperty();
        Set<String> known = new TreeSet<>();
        String pointer = message.getSchemaLocation().getFragment().toString().replaceFirst("/additionalProperties$", "");
        JsonNode definition = document.at(pointer);
        definition.path("properties").fieldNames().forEachRemaining(known::add);
        boolean step = document.at("/items/definitions/" + STEPS).path("properties").equals(definition.path("properties"));
        String reason = (isTopLevel(message) ? "`%s` is nothing that a file can hold." : step ? "There is no step `%s`."
                : "`%2$s` has no option `%1$s`.").formatted(property, name);
        String suggestion = Suggestion.forName(property, known);
        if (suggestion.isEmpty() && known.contains("route") && isTopLevel(message)) {
            suggestion = " Write `- route:`.";
        } else if (suggestion.isEmpty() && known.size() <= 12) {
            suggestion = " It has " + String.join(", ", known) + ".";
        } else if (suggestion.isEmpty()) {
            suggestion = CamelDocs.see("eips/enterprise-integration-patterns.html");
        }
        return new Violation(value.placeOf(property), reason + suggestion);
    }

    private static boolean isTopLevel(ValidationMessage message) {
        return message.getInstanceLocation().getNameCount() <= 1;
    }

    private static Place second(YamlValue value) {
        return value.entries().keySet().stream().skip(1).findFirst().map(value::placeOf).orElse(value.place());
    }

    private static YamlValue at(YamlValue file, JsonNodePath path) {
        YamlValue value = file;
        for (int i = 0; i < path.getNameCount(); i++) {
            Object element = path.getElement(i);
            value = element instanceof Integer index ? value.items().get(index) : value.get(element.toString()).orElse(value);
        }
        return value;
    }

    /** The nearest word above a place. */
    private static String name(JsonNodePath path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            if (!(path.getElement(i) instanceof Integer)) {
                return path.getElement(i).toString();
            }
        }
        return "the file";
    }

    private static String kind(YamlValue value) {
        return value.isList() ? "a list" : value.isMap() ? "a map" : value.isText() ? "`" + value.text() + "`" : "empty";
    }

    private static String words(String type) {
        return switch (type) {
            case "array" -> "a list (lines that begin with `- `)";
            case "object" -> "a map (lines of `name: value`)";
            case "boolean" -> "true or false";
            case "number", "integer" -> "a number, without quotes";
            case "string" -> "a text (quote it when it looks like a number)";
            default -> type;
        };
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add("`" + item.asText() + "`"));
        return texts;
    }
}
