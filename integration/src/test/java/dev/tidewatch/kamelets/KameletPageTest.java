package dev.tidewatch.kamelets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tidewatch.support.GeneratedPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the reference part of docs/extend/kamelets.md equal to the Kamelet files; {@code -Ddocs=write} regenerates it. */
class KameletPageTest {

    private static final ObjectMapper YAML = new YAMLMapper();
    private static final Path KAMELETS = Path.of("src/main/resources/kamelets");
    private static final String FROM_HERE = "<!-- KameletPageTest generates the rest of this page from the Kamelet files. -->\n";
    private static final List<String> ORDER = List.of("source", "action", "sink");

    @Test
    void pageMatchesTheKameletFiles() throws IOException {
        GeneratedPage.check("extend/kamelets.md", FROM_HERE, kamelets().map(KameletPageTest::section).collect(Collectors.joining()));
    }

    private static Stream<JsonNode> kamelets() throws IOException {
        try (Stream<Path> files = Files.list(KAMELETS)) {
            List<JsonNode> kamelets = files.sorted().map(KameletPageTest::read).toList();
            return ORDER.stream().flatMap(type -> kamelets.stream().filter(kamelet -> type(kamelet).equals(type)));
        }
    }

    private static JsonNode read(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(JsonNode kamelet) {
        return kamelet.path("metadata").path("labels").path("camel.apache.org/kamelet.type").asText();
    }

    private static String section(JsonNode kamelet) {
        JsonNode definition = kamelet.path("spec").path("definition");
        StringBuilder section = new StringBuilder("\n## %s\n\n`%s`, %s %s. %s\n\n".formatted(definition.path("title").asText(),
                kamelet.path("metadata").path("name").asText(), type(kamelet).equals("action") ? "an" : "a", type(kamelet),
                text(definition.path("description"))));
        section.append("| parameter | type | default | meaning |\n|---|---|---|---|\n");
        for (Map.Entry<String, JsonNode> parameter : definition.path("properties").properties()) {
            section.append("| `%s` | %s | %s | %s |\n".formatted(parameter.getKey(), parameter.getValue().path("type").asText(),
                    defaultOf(definition, parameter), meaning(parameter.getValue())));
        }
        JsonNode event = kamelet.at("/spec/dataTypes/out/types/event");
        if (!event.isMissingNode()) {
            section.append("\nBody: %s\n\n| header | type | meaning |\n|---|---|---|\n".formatted(text(event.path("description"))));
            event.path("headers").properties().forEach(header -> section.append("| `%s` | %s | %s |\n".formatted(
                    header.getKey(), header.getValue().path("type").asText(), text(header.getValue().path("description")))));
        }
        return section.toString();
    }

    private static String defaultOf(JsonNode definition, Map.Entry<String, JsonNode> parameter) {
        for (JsonNode required : definition.path("required")) {
            if (required.asText().equals(parameter.getKey())) {
                return "required";
            }
        }
        String value = parameter.getValue().path("default").asText();
        return value.isEmpty() ? "" : "`" + value + "`";
    }

    private static String meaning(JsonNode parameter) {
        String values = Stream.of(parameter.path("enum")).flatMap(list -> list.valueStream()).map(value -> "`" + value.asText() + "`")
                .collect(Collectors.joining(", "));
        String example = parameter.path("example").asText();
        return text(parameter.path("description")) + (values.isEmpty() ? "" : " One of " + values + ".")
                + (example.isEmpty() ? "" : " Example: `" + example + "`.");
    }

    private static String text(JsonNode description) {
        return description.asText().replace("*", "\\*").replace("|", "\\|");
    }
}
