package dev.tidewatch.routefiles.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value of a YAML file and its position, read by the parser that Camel uses for route files. */
public final class YamlValue {

    public static final class UnreadableYamlException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient YamlPosition position;

        UnreadableYamlException(YamlPosition position, String message) {
            super(message);
            this.position = position;
        }

        public YamlPosition position() {
            return position;
        }
    }

    private static final int MAX_DEPTH = 100;

    private final YamlPosition position;
    private final boolean quoted;
    private final JsonNode scalar;
    private final List<YamlValue> items = new ArrayList<>();
    private final Map<String, YamlValue> entries = new LinkedHashMap<>();
    private final Map<String, YamlPosition> keys = new LinkedHashMap<>();
    private final boolean list;

    private YamlValue(Node node) throws UnreadableYamlException {
        position = node.getStartMark().map(YamlPosition::of).orElse(YamlPosition.WHOLE_FILE);
        list = node instanceof SequenceNode;
        quoted = node instanceof ScalarNode text && text.getScalarStyle() != ScalarStyle.PLAIN;
        scalar = node instanceof ScalarNode text ? scalar(text) : null;
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                items.add(new YamlValue(item));
            }
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                YamlPosition at = tuple.getKeyNode().getStartMark().map(YamlPosition::of).orElse(position);
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw new UnreadableYamlException(at, "A key must be a plain word. Quote a value that starts with `{`.");
                }
                if (keys.put(key.getValue(), at) != null) {
                    throw new UnreadableYamlException(at, "The key `%s` is used twice. Remove one of the two.".formatted(key.getValue()));
                }
                entries.put(key.getValue(), new YamlValue(tuple.getValueNode()));
            }
        }
    }

    /** The only document of a text; empty when the text has none. */
    public static Optional<YamlValue> read(String text) throws UnreadableYamlException {
        LoadSettings settings = LoadSettings.builder().build();
        try {
            int documents = 0;
            int depth = 0;
            for (Event event : new Parse(settings).parseString(text)) {
                YamlPosition at = event.getStartMark().map(YamlPosition::of).orElse(YamlPosition.WHOLE_FILE);
                if (event.getEventId() == Event.ID.Alias) {
                    throw new UnreadableYamlException(at, "YAML aliases are not supported. Write the value out.");
                }
                depth += switch (event.getEventId()) {
                    case SequenceStart, MappingStart -> 1;
                    case SequenceEnd, MappingEnd -> -1;
                    default -> 0;
                };
                // Checked before the recursive steps below.
                if (depth > MAX_DEPTH) {
                    throw new UnreadableYamlException(at,
                            "The nesting is deeper than %d levels. Move steps to another route, and call it with `to: direct:…`."
                            .formatted(MAX_DEPTH));
                }
                if (event.getEventId() == Event.ID.DocumentStart && ++documents > 1) {
                    throw new UnreadableYamlException(at,
                            "The file contains a second YAML document. Write all routes into one list, or use two files.");
                }
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            return root.isEmpty() ? Optional.empty() : Optional.of(new YamlValue(root.get()));
        } catch (MarkedYamlEngineException e) {
            YamlPosition at = e.getProblemMark().or(e::getContextMark).map(YamlPosition::of).orElse(YamlPosition.WHOLE_FILE);
            throw new UnreadableYamlException(at,
                    "Invalid YAML: %s. Check the indentation, quotes and colons of this line and the line above."
                    .formatted(e.getProblem()));
        } catch (ReaderException e) {
            throw new UnreadableYamlException(YamlPosition.after(text.substring(0, Math.min(e.getPosition(), text.length()))),
                    "The character with the code %d is not allowed in YAML. Delete it.".formatted(e.getCodePoint()));
        } catch (YamlEngineException e) {
            throw new UnreadableYamlException(YamlPosition.WHOLE_FILE, "Invalid YAML: %s.".formatted(e.getMessage()));
        } catch (IndexOutOfBoundsException e) {
            // A bug of snakeyaml-engine 3.0.1: the 1025th character of its buffer is the first half of a surrogate pair.
            throw new UnreadableYamlException(YamlPosition.WHOLE_FILE,
                    "Camel's YAML parser cannot read a character of this file, such as an emoji. Write it as in \"\\U0001F600\".");
        }
    }

    private static JsonNode scalar(ScalarNode node) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        String text = node.getValue();
        try {
            if (node.getTag().equals(Tag.INT)) {
                return json.numberNode(new BigInteger(text));
            } else if (node.getTag().equals(Tag.FLOAT)) {
                return json.numberNode(new BigDecimal(text));
            } else if (node.getTag().equals(Tag.BOOL)) {
                return json.booleanNode(Boolean.parseBoolean(text));
            } else if (node.getTag().equals(Tag.NULL)) {
                return json.nullNode();
            }
        } catch (NumberFormatException e) {
            return json.textNode(text);
        }
        return json.textNode(text);
    }

    public YamlPosition position() {
        return position;
    }

    /** The position of a character of a scalar; exact if the scalar is in one line. */
    YamlPosition position(int index) {
        return index <= 0 || text().contains("\n") ? position
                : new YamlPosition(position.line(), position.column() + index + (quoted ? 1 : 0));
    }

    public boolean isList() {
        return list;
    }

    public boolean isMap() {
        return !list && scalar == null;
    }

    public boolean isEmpty() {
        return scalar != null ? scalar.isNull() : items.isEmpty() && entries.isEmpty();
    }

    public boolean isText() {
        return scalar != null && !scalar.isNull();
    }

    public List<YamlValue> items() {
        return items;
    }

    /** The texts of the items. */
    List<String> texts() {
        return items.stream().map(YamlValue::text).toList();
    }

    public Map<String, YamlValue> entries() {
        return entries;
    }

    /** The position of a key. */
    public YamlPosition positionOf(String key) {
        return keys.getOrDefault(key, position);
    }

    public Optional<YamlValue> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** The text of an entry, or an empty one. */
    public String text(String key) {
        return get(key).map(YamlValue::text).orElse("");
    }

    /** The scalar as written, or an empty text. */
    public String text() {
        return scalar == null || scalar.isNull() ? "" : scalar.asText();
    }

    public JsonNode json() {
        if (list) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            items.forEach(item -> array.add(item.json()));
            return array;
        }
        if (scalar != null) {
            return scalar;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        entries.forEach((key, value) -> object.set(key, value.json()));
        return object;
    }
}
