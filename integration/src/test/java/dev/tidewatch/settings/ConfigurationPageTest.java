package dev.tidewatch.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tidewatch.support.GeneratedPage;
import java.io.IOException;
import java.net.URL;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/operate/configuration.md lists the variables of application.yaml with the descriptions of the configuration metadata. */
class ConfigurationPageTest {

    private static final String MARKER = "<!-- ConfigurationPageTest generates the page from here on. -->\n";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z_]+):([^}]*)}");

    /** The sections and the prefixes of their properties. */
    private static final Map<String, List<String>> SECTIONS = new LinkedHashMap<>();

    static {
        SECTIONS.put("Application", List.of("tidewatch.env", "tidewatch.roles"));
        SECTIONS.put("HTTP", List.of("server.", "tidewatch.http."));
        SECTIONS.put("Database", List.of("tidewatch.database.", "spring.datasource.", "spring.flyway."));
        SECTIONS.put("Kafka", List.of("camel.component.kafka.", "tidewatch.kafka.", "topics.", "tidewatch.topics."));
        SECTIONS.put("Changefeed", List.of("ticdc.", "tidewatch.changefeed."));
        SECTIONS.put("Login", List.of("tidewatch.login.", "tidewatch.hash.", "tidewatch.tokens."));
        SECTIONS.put("Events", List.of("tidewatch.consumer.", "tidewatch.processed-events.", "tidewatch.dead-letters.", "tidewatch.live.",
                "tidewatch.changes.", "tidewatch.log."));
        SECTIONS.put("Route files", List.of("tidewatch.routes."));
        SECTIONS.put("Monitoring", List.of("management."));
    }

    private final Map<String, String> descriptions = new HashMap<>();
    private final Map<String, String> settings = new LinkedHashMap<>();

    ConfigurationPageTest() throws IOException {
        URL classes = KafkaSecurity.class.getProtectionDomain().getCodeSource().getLocation();
        JsonNode metadata = new ObjectMapper().readTree(new URL(classes, "META-INF/spring-configuration-metadata.json"));
        for (JsonNode property : metadata.path("properties")) {
            descriptions.put(property.path("name").asText(), property.path("description").asText());
        }
        collect("", new YAMLMapper().readTree(getClass().getResource("/application.yaml")));
    }

    @Test
    void pageListsEverySetting() throws IOException {
        StringBuilder page = new StringBuilder();
        SECTIONS.forEach((section, prefixes) -> {
            page.append("\n## ").append(section).append("\n\n| variable | default | meaning |\n|---|---|---|\n");
            prefixes.forEach(prefix -> settings.forEach((property, value) -> {
                if (property.startsWith(prefix)) {
                    page.append(row(property, value));
                }
            }));
        });

        assertThat(settings.keySet()).as("settings and the sections of the page")
                .allMatch(property -> SECTIONS.values().stream().flatMap(List::stream).anyMatch(property::startsWith));
        GeneratedPage.check("operate/configuration.md", MARKER, page.toString());
    }

    @Test
    void everyPropertyHasADescription() {
        assertThat(descriptions).isNotEmpty().allSatisfy((property, description) -> assertThat(description).as(property).isNotEmpty());
    }

    private String row(String property, String value) {
        Matcher variable = VARIABLE.matcher(value);
        assertThat(variable.find()).isTrue();
        assertThat(descriptions).as("the configuration metadata").containsKey(property);
        String meaning = descriptions.get(property).replaceAll("\\{@code ([^}]*)}", "`$1`").replace("|", "\\|");
        String byDefault = variable.group(2).isEmpty() ? "" : '`' + variable.group(2).replaceAll(",\\s+", ", ") + '`';
        return "| `%s` | %s | %s |\n".formatted(variable.group(1), byDefault,
                Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1) + (meaning.endsWith(".") ? "" : "."));
    }

    /** The properties whose value comes from an environment variable, in the order of the file. */
    private void collect(String prefix, JsonNode node) {
        if (node.isObject()) {
            node.properties().forEach(entry -> collect(prefix + (prefix.isEmpty() ? "" : ".") + entry.getKey(), entry.getValue()));
        } else if (VARIABLE.matcher(node.asText()).find()) {
            settings.put(prefix, node.asText());
        }
    }
}
