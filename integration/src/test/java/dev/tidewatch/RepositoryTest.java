package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The files around the code (CI, Dependabot, templates, dev container, decisions) refer to what exists. */
class RepositoryTest {

    private static final Path ROOT = Path.of("..");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What Dependabot looks for in a folder. */
    private static final Map<String, String> MANIFESTS = Map.of("maven", "pom.xml", "npm", "package.json", "docker", "Dockerfile",
            "pip", "contract-requirements.txt", "github-actions", ".github/workflows");

    @Test
    void workflowJobsRunExistingCommandsWithinLimits() throws IOException {
        List<Path> workflows = files(ROOT.resolve(".github/workflows"), ".yml");
        assertThat(workflows).isNotEmpty();
        for (Path workflow : workflows) {
            JsonNode content = YAML.readTree(workflow.toFile());
            assertThat(content.at("/permissions")).as("permissions of %s", workflow).isEqualTo(JSON.readTree("{\"contents\": \"read\"}"));
            assertThat(content.at("/concurrency/group").asText()).as("concurrency of %s", workflow).isNotEmpty();
            for (JsonNode job : content.get("jobs")) {
                assertThat(job.path("timeout-minutes").asInt()).as("timeout of %s", job.path("name")).isPositive();
                for (JsonNode step : job.get("steps")) {
                    if (step.has("run")) {
                        assertThat(ROOT.resolve(step.get("run").asText().split("\\s")[0])).isExecutable();
                    } else {
                        assertThat(step.get("uses").asText()).matches("[\\w-]+/[\\w-]+@v\\d+");
                    }
                }
            }
            for (String file : captured("(?:hashFiles\\('|cache-dependency-path: )([\\w./-]+)", Files.readString(workflow))) {
                assertThat(ROOT.resolve(file)).exists();
            }
        }
    }

    @Test
    void dependabotFindsAManifestInEachFolderAndKeepsCamel() throws IOException {
        JsonNode updates = YAML.readTree(ROOT.resolve(".github/dependabot.yml").toFile()).get("updates");
        assertThat(updates).extracting(update -> update.get("package-ecosystem").asText())
                .containsExactlyInAnyOrderElementsOf(MANIFESTS.keySet());
        for (JsonNode update : updates) {
            String manifest = MANIFESTS.get(update.get("package-ecosystem").asText());
            Stream.concat(texts(update.path("directories")), Stream.ofNullable(update.get("directory")).map(JsonNode::asText))
                    .forEach(folder -> assertThat(ROOT.resolve(folder.substring(1)).resolve(manifest)).exists());
            assertThat(update.path("groups")).as("groups of %s", manifest).isNotEmpty();
        }
        assertThat(updates.findValuesAsText("dependency-name")).contains("org.apache.camel*");
    }

    @Test
    void issueFormsHaveWhatGitHubRequires() throws IOException {
        List<Path> forms = files(ROOT.resolve(".github/ISSUE_TEMPLATE"), ".yml");
        assertThat(forms).extracting(form -> form.getFileName().toString())
                .containsExactly("bug.yml", "config.yml", "feature.yml", "question.yml");
        for (Path form : forms.stream().filter(form -> !form.endsWith("config.yml")).toList()) {
            JsonNode content = YAML.readTree(form.toFile());
            assertThat(content.path("name").asText()).isNotEmpty();
            assertThat(content.path("description").asText()).isNotEmpty();
            List<JsonNode> fields = StreamSupport.stream(content.get("body").spliterator(), false)
                    .filter(field -> !field.get("type").asText().equals("markdown")).toList();
            assertThat(fields).isNotEmpty().allSatisfy(field -> {
                assertThat(field.get("type").asText()).isIn("textarea", "input", "dropdown", "checkboxes");
                assertThat(field.at("/attributes/label").asText()).isNotEmpty();
            });
            assertThat(fields).extracting(field -> field.get("id").asText()).doesNotHaveDuplicates();
        }
    }

    @Test
    void devContainerForwardsThePortsOfBothRuns() throws IOException {
        Path folder = ROOT.resolve(".devcontainer");
        JsonNode container = JSON.readTree(folder.resolve("devcontainer.json").toFile());
        assertThat(folder.resolve(container.at("/build/dockerfile").asText())).exists();
        assertThat(texts(container.get("forwardPorts"))).containsExactly(
                value("\\$\\{PORT:(\\d+)}", Path.of("src/main/resources/application.yaml")),
                value("UI_HOST_PORT=(\\d+)", ROOT.resolve(".env")));
    }

    @Test
    void contractRunGrepsForMessagesThatTheApplicationLogs() throws IOException {
        String sources = files(Path.of("src/main"), ".java").stream().map(RepositoryTest::read).reduce("", String::concat)
                + files(Path.of("src/main"), ".yaml").stream().map(RepositoryTest::read).reduce("", String::concat);
        List<String> messages = captured("\"message\":\"([^\"']+)", read(ROOT.resolve(".ci/contract")));
        assertThat(messages).hasSize(2).allSatisfy(message -> assertThat(sources).contains(message));
    }

    @Test
    void onlyThePomNamesTheCamelVersion() throws IOException {
        String version = value("<camel.version>([\\d.]+)</camel.version>", ROOT.resolve("pom.xml"));
        String line = version.substring(0, version.lastIndexOf('.'));
        for (String folder : List.of("../embedded/src", "../changefeed/src", "src")) {
            assertThat(files(Path.of(folder), "").stream().filter(file -> read(file).contains(version) || read(file).contains(line + ".x")))
                    .isEmpty();
        }
    }

    @Test
    void decisionsAreNumberedAndInTheIndex() throws IOException {
        Path folder = ROOT.resolve("docs/decisions");
        List<String> pages = files(folder, ".md").stream().map(page -> page.getFileName().toString())
                .filter(page -> !page.equals("README.md")).toList();
        assertThat(captured("\\]\\((\\d{4}-[\\w-]+\\.md)\\)", read(folder.resolve("README.md")))).isNotEmpty().isEqualTo(pages);
        for (String page : pages) {
            assertThat(captured("(?m)^## (.+)$", read(folder.resolve(page)))).as(page).startsWith("Context", "Decision", "Consequences");
        }
    }

    private static String value(String pattern, Path file) {
        return captured(pattern, read(file)).get(0);
    }

    private static List<String> captured(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Stream<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
