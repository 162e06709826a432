package dev.tidewatch.routefiles.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
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

/** A JSON Schema for YAML files that describes violations in plain words. */
public final class YamlSchema {

    public record Violation(YamlPosition position, String reason) {
    }

    /** Camel's schema of route files. */
    static final String OF_ROUTES = "/schema/camelYamlDsl.json";

    private static final String STEPS = "org.apache.camel.model.ProcessorDefinition";
    /** The most specific first; other types only repeat that one of these failed. */
    private static final List<String> SPECIFIC = List.of("additionalProperties", "maxProperties", "required", "enum", "type");

    private final JsonNode document;
    private final JsonSchema schema;

    /** @param file a resource of the class path: JSON Schema, draft 4 */
    public YamlSchema(String file) {
        try (InputStream stream = YamlSchema.class.getResourceAsStream(file)) {
            document = new ObjectMapper().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
        // Camel's schema uses `deprecated`, of a later draft; the default is a warning for each unknown keyword.
        JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV4())
                .unknownKeywordFactory((keyword, context) -> new NonValidationKeyword(keyword))
                .build();
        schema = JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4))
                .metaSchema(dialect)
                .defaultMetaSchemaIri(dialect.getIri())
                .build()
                .getSchema(document, SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER)
                        // A file only needs a small part of it.
                        .preloadJsonSchema(false).build());
    }

    /** The violations of the schema, in the order of the file. */
    public List<Violation> validate(YamlValue file) {
        Map<String, ValidationMessage> byLocation = new LinkedHashMap<>();
        Map<String, Set<String>> types = new LinkedHashMap<>();
        schema.validate(file.json()).stream()
                .filter(message -> SPECIFIC.contains(message.getType()))
                // Camel accepts a placeholder where its schema requires a boolean or a number.
                .filter(message -> !(message.getType().equals("type") && message.getInstanceNode().asText().contains("{{")))
                .sorted(Comparator.comparingInt((ValidationMessage message) -> SPECIFIC.indexOf(message.getType())))
                .forEach(message -> {
                    byLocation.putIfAbsent(where(message), message);
                    if (message.getType().equals("type")) {
                        types.computeIfAbsent(where(message), key -> new TreeSet<>()).add(message.getSchemaNode().asText());
                    }
                });
        List<Violation> violations = new ArrayList<>();
        byLocation.forEach((where, message) -> {
            // Of several alternatives, report the one that matched deepest.
            if (byLocation.keySet().stream().noneMatch(other -> other.startsWith(where + "/"))) {
                violations.add(violation(file, message, types.get(where)));
            }
        });
        violations.sort(Comparator.comparingInt((Violation violation) -> violation.position().line())
                .thenComparingInt(violation -> violation.position().column()));
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
                    "A list item can contain only one %s. Start the next one with `- `, and indent its lines."
                    .formatted(isTopLevel(message) ? "route" : "step"));
            case "required" -> new Violation(value.position(), "`%s` has no `%s`. Add it.".formatted(name, message.getProperty()));
            case "enum" -> new Violation(value.position(), "`%s` cannot be `%s`. Write one of %s.".formatted(name, value.text(),
                    String.join(", ", texts(message.getSchemaNode()))));
            default -> new Violation(value.position(), "`%s` is %s. Write %s.".formatted(name, kind(value), String.join(" or ",
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
        String reason = (isTopLevel(message) ? "The element `%s` does not exist." : step ? "The EIP `%s` does not exist."
                : "`%2$s` has no option `%1$s`.").formatted(property, name);
        String suggestion = Suggestion.forName(property, known);
        if (suggestion.isEmpty() && known.contains("route") && isTopLevel(message)) {
            suggestion = " Write `- route:`.";
        } else if (suggestion.isEmpty() && known.size() <= 12) {
            suggestion = " Use one of " + String.join(", ", known) + ".";
        } else if (suggestion.isEmpty()) {
            suggestion = CamelDocs.see("eips/enterprise-integration-patterns.html");
        }
        return new Violation(value.positionOf(property), reason + suggestion);
    }

    private static boolean isTopLevel(ValidationMessage message) {
        return message.getInstanceLocation().getNameCount() <= 1;
    }

    private static YamlPosition second(YamlValue value) {
        return value.entries().keySet().stream().skip(1).findFirst().map(value::positionOf).orElse(value.position());
    }

    private static YamlValue at(YamlValue file, JsonNodePath path) {
        YamlValue value = file;
        for (int i = 0; i < path.getNameCount(); i++) {
            Object element = path.getElement(i);
            value = element instanceof Integer index ? value.items().get(index) : value.get(element.toString()).orElse(value);
        }
        return value;
    }

    /** The closest key above a location. */
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
            case "array" -> "a list (lines that start with `- `)";
            case "object" -> "a map (lines of `name: value`)";
            case "boolean" -> "true or false";
            case "number", "integer" -> "a number without quotes";
            case "string" -> "a text (in quotes if it looks like a number)";
            default -> type;
        };
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add("`" + item.asText() + "`"));
        return texts;
    }
}
