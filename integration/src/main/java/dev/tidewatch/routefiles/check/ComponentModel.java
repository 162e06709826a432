package dev.tidewatch.routefiles.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The endpoint options of a component, as the JSON description in its jar lists them. */
record ComponentModel(String syntax, boolean consumerOnly, boolean producerOnly, boolean lenient, Map<String, Option> options) {

    /**
     * One option.
     *
     * @param path whether it is part of the URI's path
     * @param values the permitted values; empty when any value is permitted
     * @param prefix the common prefix of a group of options; empty for a single option
     */
    record Option(String type, boolean path, boolean required, boolean hasDefault, String label, List<String> values, String prefix,
            String optionalPrefix) {
    }

    static ComponentModel of(JsonNode json) {
        JsonNode component = json.path("component");
        Map<String, Option> options = new TreeMap<>();
        json.path("properties").fields().forEachRemaining(entry -> {
            JsonNode option = entry.getValue();
            List<String> values = new ArrayList<>();
            option.path("enum").forEach(value -> values.add(value.asText()));
            options.put(entry.getKey(), new Option(option.path("type").asText(), option.path("kind").asText().equals("path"),
                    option.path("required").asBoolean(), option.has("defaultValue"), option.path("label").asText(), values,
                    option.path("multiValue").asBoolean() ? option.path("prefix").asText() : "", option.path("optionalPrefix").asText()));
        });
        return new ComponentModel(component.path("syntax").asText(), component.path("consumerOnly").asBoolean(),
                component.path("producerOnly").asBoolean(), component.path("lenientProperties").asBoolean(), options);
    }

    /** An option by its name or by the prefix of its group; null when the component has no such option. */
    Option option(String name) {
        Option exact = options.get(name);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, Option> entry : options.entrySet()) {
            Option option = entry.getValue();
            if (!option.prefix().isEmpty() && name.startsWith(option.prefix())
                    || !option.optionalPrefix().isEmpty() && name.equals(option.optionalPrefix() + entry.getKey())) {
                return option;
            }
        }
        return null;
    }
}
