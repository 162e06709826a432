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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The route files follow the rules of CONTRIBUTING.md. */
class RouteFilesTest {

    private static final ObjectMapper YAML = new YAMLMapper();
    /** Large, so parsed once. */
    private static final JsonSchema CAMEL = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
            .getSchema(RouteFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json"));
    /** Components of steps that leave the application; the placeholder is an HTTP endpoint. */
    private static final List<String> EXTERNAL = List.of(
            "sql", "kafka", "{{ticdc.changefeeds}}/{{tidewatch.changefeed.id}}", "{{ticdc.changefeeds}}");
    /** Both roles need topics, and every instance reports its readiness. */
    private static final List<String> IN_EVERY_ROLE =
            List.of("create-topics", "watch-brokers", "watch-database", "watch-consumers", "announce-ready");
    private static final List<String> WITHOUT_TICDC = List.of("list-changefeeds", "watch-watermarks");

    static Stream<Resource> files() throws IOException {
        return resources("classpath*:camel/**/*.camel.yaml");
    }

    static Stream<Resource> kamelets() throws IOException {
        // Not those of the tests.
        return resources("file:src/main/resources/kamelets/*.kamelet.yaml");
    }

    static Stream<Resource> statements() throws IOException {
        return resources("classpath*:camel/**/*.sql");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void fitsCamelsSchema(Resource file) throws IOException {
        // Camel reads a placeholder where its schema has a boolean.
        String settled = text(file).replace("disabled: \"{{!roles.api}}\"", "disabled: false");
        assertThat(CAMEL.validate(YAML.readTree(settled))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void routesHaveIdsAndDescriptions(Resource file) throws IOException {
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
                externalSteps(route).forEach(to -> assertThat(to.path("id").asText()).as(id + ": " + to).matches("[a-z]+(-[a-z]+)*"));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void routesHandleErrorsOrLeaveThemToTheirCaller(Resource file) throws IOException {
        Set<String> configurations = files().flatMap(RouteFilesTest::entries).map(entry -> entry.at("/routeConfiguration/id").asText())
                .collect(Collectors.toSet());
        entries(file).filter(entry -> entry.has("route")).map(entry -> entry.get("route")).forEach(route -> {
            String id = route.path("id").asText();
            assertThat(route.has("errorHandler") ^ route.has("routeConfigurationId")).as(id).isTrue();
            if (route.has("routeConfigurationId")) {
                assertThat(configurations).as(id).contains(route.get("routeConfigurationId").asText().split(","));
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void expressionsAreShortAndJsonIsMarshalled(Resource file) throws IOException {
        for (JsonNode entry : YAML.readTree(file.getInputStream())) {
            Stream.of("simple", "constant").flatMap(language -> entry.findValues(language).stream())
                    .map(expression -> expression.isTextual() ? expression.asText() : expression.path("expression").asText())
                    .forEach(expression -> assertThat(expression).doesNotContain("\n", "\"", "{\""));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void topicsAreSettingsAndFilesHaveNoAnchors(Resource file) throws IOException {
        assertThat(text(file)).doesNotContainPattern("kafka:(?!\\{\\{)[a-z]").doesNotContainPattern("(?m)(^|[\\[{:,-] )[&*][A-Za-z]");
    }

    /** Camel renames these headers in later versions. */
    @Test
    void recordHeadersOfKafkaAreReadInOnePlace() throws IOException {
        assertThat(Stream.concat(files(), kamelets())).isNotEmpty()
                .allSatisfy(file -> assertThat(text(file)).doesNotContainPattern("kafka\\.[A-Z]|CamelKafka"));
        assertThat(resources("file:src/main/java/**/*.java").filter(file -> text(file).contains("KafkaConstants.")))
                .extracting(Resource::getFilename).as("the stub of Kafka in route tests")
                .containsExactly("EndpointStubs.java");
    }

    @Test
    void changefeedRoutesNeedTicdc() throws IOException {
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
    void routesThatStartByThemselvesHaveARole(Resource file) throws IOException {
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
    void sqlFilesHaveOneUsedStatement(Resource file) throws IOException {
        String statement = text(file);

        assertThat(statement).startsWith("-- ");
        assertThat(statement.replaceAll("(?m)^--.*$", "")).doesNotContain(";").doesNotContain("?");
        String uri = "sql:classpath:camel/" + folder(file) + "/" + file.getFilename();
        assertThat(Stream.concat(files(), kamelets()).map(RouteFilesTest::text)).anyMatch(routes -> routes.contains(uri));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kamelets")
    void kameletsAreDocumentedForTheCatalog(Resource file) throws IOException {
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
    void kameletsAreSourcesOrSteps(Resource file) throws IOException {
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
    void stepsOfKameletsFitCamelsSchema(Resource file) throws IOException {
        JsonNode from = YAML.readTree(file.getInputStream()).path("spec").path("template").path("from");
        assertThat(CAMEL.validate(YAML.createArrayNode().add(YAML.createObjectNode().set("from", from)))).isEmpty();
    }

    @Test
    void everyFolderIsLoaded() throws IOException {
        String configuration = text(new ClassPathResource("application.yaml"));

        String pattern = YAML.readTree(configuration).at("/camel/main/routes-include-pattern").asText();
        assertThat(pattern.split(",")).containsExactlyInAnyOrderElementsOf(files().map(RouteFilesTest::folder).distinct()
                .map(folder -> "classpath:camel/" + folder + "/*.camel.yaml").toList());
    }

    @Test
    void findsTheFiles() throws IOException {
        assertThat(files()).hasSizeGreaterThan(15);
        assertThat(statements()).hasSizeGreaterThan(8);
    }

    private static Stream<JsonNode> entries(Resource file) {
        try {
            return YAML.readTree(file.getInputStream()).valueStream();
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }

    /** The steps of a route that leave the application. */
    private static List<JsonNode> externalSteps(JsonNode route) {
        List<JsonNode> found = new ArrayList<>();
        route.findValues("to").stream()
                .filter(to -> EXTERNAL.contains(to.path("uri").asText().split(":")[0]) || EXTERNAL.contains(to.asText().split(":")[0]))
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
