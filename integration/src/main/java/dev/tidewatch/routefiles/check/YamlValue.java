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
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value of a YAML file and where it stands, read by the parser that Camel reads route files with. */
public final class YamlValue {

    /** A place in a file; both from 1. */
    public record Place(int line, int column) {

        static Place of(Mark mark) {
            return new Place(mark.getLine() + 1, mark.getColumn() + 1);
        }
    }

    public static final class UnreadableYamlException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient Place place;

        UnreadableYamlException(Place place, String message) {
            super(message);
            this.place = place;
        }

        public Place place() {
            return place;
        }
    }

    private static final int MAX_DEPTH = 100;

    private final Place place;
    private final boolean quoted;
    private final JsonNode scalar;
    private final List<YamlValue> items = new ArrayList<>();
    private final Map<String, YamlValue> entries = new LinkedHashMap<>();
    private final Map<String, Place> keys = new LinkedHashMap<>();
    private final boolean list;

    private YamlValue(Node node) throws UnreadableYamlException {
        place = node.getStartMark().map(Place::of).orElse(new Place(0, 0));
        list = node instanceof SequenceNode;
        quoted = node instanceof ScalarNode text && text.getScalarStyle() != ScalarStyle.PLAIN;
        scalar = node instanceof ScalarNode text ? scalar(text) : null;
        if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                items.add(new YamlValue(item));
            }
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                Place at = tuple.getKeyNode().getStartMark().map(Place::of).orElse(place);
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw new UnreadableYamlException(at, "A key must be a word. Quote a value that begins with `{`.");
                }
                if (keys.put(key.getValue(), at) != null) {
                    throw new UnreadableYamlException(at, "`%s` is here a second time. Keep one of the two.".formatted(key.getValue()));
                }
                entries.put(key.getValue(), new YamlValue(tuple.getValueNode()));
            }
        }
    }

    /** The one document of a text; empty when there is none. */
    public static Optional<YamlValue> read(String text) throws UnreadableYamlException {
        LoadSettings settings = LoadSettings.builder().build();
        try {
            int documents = 0;
            int depth = 0;
            for (Event event : new Parse(settings).parseString(text)) {
                Place at = event.getStartMark().map(Place::of).orElse(new Place(0, 0));
                if (event.getEventId() == Event.ID.Alias) {
                    throw new UnreadableYamlException(at, "YAML aliases are not read here. Write the value out.");
                }
                depth += switch (event.getEventId()) {
                    case SequenceStart, MappingStart -> 1;
                    case SequenceEnd, MappingEnd -> -1;
                    default -> 0;
                };
                // Before the rest, which calls itself at each level.
                if (depth > MAX_DEPTH) {
                    throw new UnreadableYamlException(at,
                            "This is nested more than %d levels deep. Call another route with `to: direct:…` instead."
                            .formatted(MAX_DEPTH));
                }
                if (event.getEventId() == Event.ID.DocumentStart && ++documents > 1) {
                    throw new UnreadableYamlException(at,
                            "A second YAML document begins here. Write all routes into one list, or two files.");
                }
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            return root.isEmpty() ? Optional.empty() : Optional.of(new YamlValue(root.get()));
        } catch (MarkedYamlEngineException e) {
            Place at = e.getProblemMark().or(e::getContextMark).map(Place::of).orElse(new Place(0, 0));
            throw new UnreadableYamlException(at,
                    "This is not YAML: %s. Look at the indentation, quotes and colons here and in the line before."
                    .formatted(e.getProblem()));
        } catch (ReaderException e) {
            throw new UnreadableYamlException(place(text, e.getPosition()),
                    "The character with the code %d cannot stand in YAML. Delete it.".formatted(e.getCodePoint()));
        } catch (YamlEngineException e) {
            throw new UnreadableYamlException(new Place(0, 0), "This is not YAML: %s.".formatted(e.getMessage()));
        } catch (IndexOutOfBoundsException e) {
            // snakeyaml-engine 3.0.1, where the 1025th character of what it has read ahead is the first half of a pair.
            throw new UnreadableYamlException(new Place(0, 0),
                    "Camel's parser stumbles over a character such as an emoji. Write it as in \"\\U0001F600\".");
        }
    }

    private static Place place(String text, int position) {
        String before = text.substring(0, Math.min(position, text.length()));
        return new Place((int) before.chars().filter(c -> c == '\n').count() + 1, before.length() - before.lastIndexOf('\n'));
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

    public Place place() {
        return place;
    }

    /** The place of a character of a scalar; exact when it stands in one line. */
    Place place(int index) {
        return index <= 0 || text().contains("\n") ? place : new Place(place.line(), place.column() + index + (quoted ? 1 : 0));
    }

    public boolean isList() {
        return list;
    }

    public boolean isMap() {
        return !list && scalar == null;
    }

    public boolean isNothing() {
        return scalar != null ? scalar.isNull() : items.isEmpty() && entries.isEmpty();
    }

    public boolean isText() {
        return scalar != null && !scalar.isNull();
    }

    public List<YamlValue> items() {
        return items;
    }

    public Map<String, YamlValue> entries() {
        return entries;
    }

    public Place placeOf(String key) {
        return keys.getOrDefault(key, place);
    }

    public Optional<YamlValue> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** The text of an entry, or an empty one. */
    public String text(String key) {
        return get(key).map(YamlValue::text).orElse("");
    }

    /** The scalar as it was written, or an empty text. */
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
