package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The route files keep the house rules. */
class RouteFilesTest {

    private static final ObjectMapper YAML = new YAMLMapper();
    /** Read once: it is large. */
    private static final JsonSchema CAMEL = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
            .getSchema(RouteFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json"));
    private static final List<String> OUTSIDE = List.of("sql", "kafka");
    /** Whoever reads or writes a topic needs it, and each instance tells how it is. */
    private static final List<String> IN_EVERY_ROLE = List.of("create-topics", "watch-brokers", "announce-ready");

    private static final List<String> WITHOUT_TICDC = List.of("list-changefeeds", "watch-watermarks");

    static Stream<Resource> files() throws IOException {
        return resources("classpath*:camel/**/*.camel.yaml");
    }

    static Stream<Resource> kamelets() throws IOException {
        // Not those that tests bring along.
        return resources("file:src/main/resources/kamelets/*.kamelet.yaml");
    }

    static Stream<Resource> statements() throws IOException {
        return resources("classpath*:camel/**/*.sql");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void aFileFitsCamelsOwnSchema(Resource file) throws IOException {
        // Camel reads a placeholder where its schema has a boolean.
        String settled = text(file).replace("disabled: \"{{!roles.api}}\"", "disabled: false");
        assertThat(CAMEL.validate(YAML.readTree(settled))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void everyRouteSaysWhatItIs(Resource file) throws IOException {
        assertThat(text(file)).doesNotContain("${bean:").doesNotContainPattern("uri: \\S+\\?");
        for (JsonNode entry : YAML.readTree(file.getInputStream())) {
            if (entry.has("route")) {
                JsonNode route = entry.get("route");
                String id = route.path("id").asText();
                String from = route.path("from").path("uri").asText();
                assertThat(id).matches("[a-z]+(-[a-z]+)*");
                assertThat(route.path("description").asText()).as(id).matches("[A-Z].*\\.");
                assertThat(from).as(id).satisfiesAnyOf(
                        uri -> assertThat(uri).doesNotStartWith("direct:"), uri -> assertThat(uri).isEqualTo("direct:" + id));
                outside(route).forEach(to -> assertThat(to.path("id").asText()).as(id + ": " + to).matches("[a-z]+(-[a-z]+)*"));
            }
        }
    }

    @Test
    void theChangefeedRoutesRunBesideATicdcOnly() throws IOException {
        for (Resource file : files().filter(file -> folder(file).equals("changefeed")).toList()) {
            for (JsonNode entry : YAML.readTree(file.getInputStream())) {
                if (!entry.has("route") || WITHOUT_TICDC.contains(entry.at("/route/id").asText())) {
                    continue;
                }
                assertThat(entry.at("/route/precondition").asText()).as(entry.at("/route/id").asText()).isEqualTo("'{{ticdc.url}}' != ''");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void aRouteThatStartsByItselfHasARole(Resource file) throws IOException {
        for (JsonNode entry : YAML.readTree(file.getInputStream())) {
            JsonNode route = entry.path("route");
            String id = route.path("id").asText();
            if (entry.has("route") && !route.path("from").path("uri").asText().startsWith("direct:") && !IN_EVERY_ROLE.contains(id)) {
                assertThat(route.path("precondition").asText()).as(id).matches("\\{\\{!?roles\\.(api|events)}}|'\\{\\{ticdc.url}}' != ''");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("statements")
    void aStatementFileIsOneStatementThatARouteUses(Resource file) throws IOException {
        String statement = text(file);

        assertThat(statement).startsWith("-- ");
        assertThat(statement.replaceAll("(?m)^--.*$", "")).doesNotContain(";").doesNotContain("?");
        assertThat(Stream.concat(files(), kamelets()).map(RouteFilesTest::text)).anyMatch(routes -> routes.contains("sql:classpath:camel/" + folder(file) + "/" + file.getFilename()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kamelets")
    void aKameletIsDocumentedAsTheCatalogueAsks(Resource file) throws IOException {
        JsonNode kamelet = YAML.readTree(file.getInputStream());
        JsonNode definition = kamelet.path("spec").path("definition");

        assertThat(file.getFilename()).isEqualTo(kamelet.path("metadata").path("name").asText() + ".kamelet.yaml");
        assertThat(kamelet.path("metadata").path("labels").path("camel.apache.org/kamelet.type").asText()).isIn("source", "action", "sink");
        assertThat(definition.path("title").asText()).isNotBlank();
        assertThat(definition.path("description").asText()).matches("[A-Z].*\\.");
        assertThat(definition.path("properties")).isNotEmpty().allSatisfy(property -> {
            assertThat(property.path("title").asText()).isNotBlank();
            assertThat(property.path("description").asText()).matches("[A-Z].*\\.");
            assertThat(property.path("type").asText()).isNotBlank();
            if (property.has("enum")) {
                assertThat(property.path("enum").valueStream().map(JsonNode::asText)).contains(property.path("default").asText());
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kamelets")
    void aKameletIsASourceOfEventsOrAStep(Resource file) throws IOException {
        JsonNode kamelet = YAML.readTree(file.getInputStream());
        String type = kamelet.path("metadata").path("labels").path("camel.apache.org/kamelet.type").asText();
        String from = kamelet.at("/spec/template/from/uri").asText();

        assertThat(file.getFilename()).endsWith("-" + type + ".kamelet.yaml");
        if (type.equals("source")) {
            assertThat(from).as("Camel never calls the sink of one that reads from a Kamelet").startsWith("kafka:");
            assertThat(kamelet.at("/spec/dataTypes/out/types/event/headers")).hasSize(5)
                    .allSatisfy(header -> assertThat(header.path("description").asText()).matches("[A-Z].*\\."));
        } else {
            assertThat(from).isEqualTo("kamelet:source");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kamelets")
    void theStepsOfAKameletFitCamelsOwnSchema(Resource file) throws IOException {
        JsonNode from = YAML.readTree(file.getInputStream()).path("spec").path("template").path("from");
        assertThat(CAMEL.validate(YAML.createArrayNode().add(YAML.createObjectNode().set("from", from)))).isEmpty();
    }

    @Test
    void everyFolderIsLoaded() throws IOException {
        String configuration = text(new ClassPathResource("application.yaml"));

        assertThat(files().map(RouteFilesTest::folder).distinct()).isNotEmpty()
                .allSatisfy(folder -> assertThat(configuration).contains("classpath:camel/" + folder + "/*.camel.yaml"));
    }

    @Test
    void theFilesAreFound() throws IOException {
        assertThat(files()).hasSizeGreaterThan(15);
        assertThat(statements()).hasSizeGreaterThan(8);
    }

    /** The steps of a route that leave the application. */
    private static List<JsonNode> outside(JsonNode route) {
        List<JsonNode> found = new ArrayList<>();
        route.findValues("to").stream()
                .filter(to -> OUTSIDE.contains(to.path("uri").asText().split(":")[0]) || OUTSIDE.contains(to.asText().split(":")[0]))
                .forEach(found::add);
        return found;
    }

    private static String folder(Resource file) {
        try {
            return file.getURI().toString().replaceFirst(".*/camel/([^/]+)/[^/]+$", "$1");
        } catch (IOException e) {
            throw new AssertionError(file + " has no address", e);
        }
    }

    private static Stream<Resource> resources(String pattern) throws IOException {
        return Arrays.stream(new PathMatchingResourcePatternResolver().getResources(pattern));
    }

    private static String text(Resource file) {
        try {
            return file.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }
}
