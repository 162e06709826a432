package dev.tidewatch.routefiles.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CatalogCamelContext;

/**
 * The EIPs, languages and data formats as Camel's own JSON describes them, and the options that have been reviewed for route files
 * ({@code reviewed-eips.properties}). All other options are rejected, such as those that a newer Camel adds.
 */
final class EipModel {

    /** How the value of an option is checked. */
    enum ValueCheck { NONE, BEAN, TYPE, DATA, URN }

    /** The elements at the top level of a route file. */
    static final String FILE = "file";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANY_EIP = "any-eip";
    private static final Set<String> EXPRESSION = Set.of("expression", "expressionType");
    /** Keys of the YAML DSL whose description has another name. */
    private static final Map<String, String> ALIASES = Map.of(
            "headers", "setHeader", "variables", "setVariable", "option", "propertyExpression");
    /** Camel requires an expression in its description only. */
    private static final String SORTS_BY_BODY = "sort";

    private final CatalogCamelContext camel;
    private final Map<String, Map<String, ValueCheck>> reviewed = new HashMap<>();
    private final Map<String, JsonNode> properties = new ConcurrentHashMap<>();
    private final Set<String> languages;

    EipModel(CatalogCamelContext camel, Properties reviewed) {
        this.camel = camel;
        reviewed.forEach((eip, options) -> {
            Map<String, ValueCheck> checks = this.reviewed.computeIfAbsent(eip.toString(), name -> new HashMap<>());
            Arrays.stream(options.toString().split(" ")).map(option -> option.split(":")).forEach(option ->
                    checks.put(option[0], option.length == 1 ? ValueCheck.NONE : ValueCheck.valueOf(option[1].toUpperCase(Locale.ROOT))));
        });
        languages = oneOf("setBody", "expression");
    }

    /** The shipped list: the elements below a key of a route file, each perhaps with a check, such as {@code ref:bean}. */
    static Properties reviewed() {
        Properties reviewed = new Properties();
        try (InputStream file = EipModel.class.getResourceAsStream("reviewed-eips.properties")) {
            reviewed.load(file);
            return reviewed;
        } catch (IOException e) {
            throw new UncheckedIOException("The list of reviewed EIPs cannot be read", e);
        }
    }

    boolean isLanguage(String name) {
        return languages.contains(name);
    }

    /** The data formats that an EIP can be configured with. */
    Set<String> dataFormats(String eip) {
        return oneOf(eip, "dataFormatType");
    }

    /**
     * Whether an element of the file may have a key.
     *
     * @param parent the key above the element; empty at the top level
     */
    boolean isReviewed(String parent, String eip, String key) {
        return options(eip).containsKey(key) || options(ANY_EIP).containsKey(key)
                || isExpression(parent, eip) && (languages.contains(key) || EXPRESSION.contains(key));
    }

    ValueCheck check(String eip, String option) {
        ValueCheck check = options(eip).getOrDefault(option, ValueCheck.NONE);
        JsonNode description = property(eip, option);
        boolean object = description.path("kind").asText().equals("attribute") && description.path("type").asText().equals("object");
        return check == ValueCheck.NONE && object ? ValueCheck.BEAN : check;
    }

    /** Whether the keys of an element are languages: it is an expression, or an EIP with one. */
    boolean isExpression(String parent, String eip) {
        return EXPRESSION.contains(eip) || !expression(parent, eip).isMissingNode();
    }

    boolean requiresExpression(String parent, String eip) {
        return isSubExpression(parent, eip) || expression(parent, eip).path("required").asBoolean() && !eip.equals(SORTS_BY_BODY);
    }

    /** Whether the expression is evaluated to true or false. */
    boolean isPredicate(String parent, String eip) {
        return expression(parent, eip).path("asPredicate").asBoolean();
    }

    private boolean isSubExpression(String parent, String eip) {
        return property(parent, eip).path("kind").asText().equals("expression") && !EXPRESSION.contains(eip);
    }

    private JsonNode expression(String parent, String eip) {
        JsonNode sub = property(parent, EXPRESSION.contains(eip) ? "expression" : eip);
        JsonNode own = sub.path("kind").asText().equals("expression") ? sub : property(eip, "expression");
        return own.path("kind").asText().equals("expression") ? own : own.path("none");
    }

    private Map<String, ValueCheck> options(String eip) {
        return reviewed.getOrDefault(ALIASES.getOrDefault(eip, eip), Map.of());
    }

    private Set<String> oneOf(String eip, String option) {
        Set<String> names = new LinkedHashSet<>();
        property(eip, option).path("oneOf").forEach(name -> names.add(name.asText()));
        return names;
    }

    private JsonNode property(String eip, String option) {
        return properties.computeIfAbsent(ALIASES.getOrDefault(eip, eip), this::read).path(option);
    }

    private JsonNode read(String eip) {
        try {
            String description = eip.isEmpty() ? null : camel.getEipParameterJsonSchema(eip);
            return description == null ? JSON.createObjectNode() : JSON.readTree(description).path("properties");
        } catch (IOException e) {
            throw new UncheckedIOException("The description of the EIP " + eip + " cannot be read", e);
        }
    }
}
