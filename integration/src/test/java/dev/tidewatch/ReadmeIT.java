package dev.tidewatch;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.tidewatch.routefiles.RouteControl;
import dev.tidewatch.support.ApplicationTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Runs what README and documentation show: blocks marked {@code sh} against the application, the example as a route. */
class ReadmeIT extends ApplicationTest {

    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    /** Shows the status and the body of each answer, and fails on an error. */
    private static final String CURL = "curl() { command curl --fail-with-body --write-out '\\n' \"$@\"; }\n";

    @LocalServerPort
    private int port;

    @Autowired
    private CamelContext camel;

    @Autowired
    private RouteControl routeControl;

    @Test
    void exampleRouteWarnsOfAFailedLogin() throws Exception {
        Matcher example = YAML.matcher(Files.readString(Path.of("../README.md")));
        assertThat(example.find()).isTrue();
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                .getSchema(getClass().getResourceAsStream("/schema/camelYamlDsl.json"))
                .validate(new YAMLMapper().readTree(example.group(1)))).isEmpty();
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("example.camel.yaml", example.group(1)));
        try {
            api.login("admin", "wrong");
            log.await(where("message", "Failed login from 127.0.0.1").and(where("routeId", "warn-of-failures")));
        } finally {
            routeControl.remove("warn-of-failures");
        }
    }

    static Stream<Path> pagesWithCommands() throws IOException {
        return DocumentationTest.pages().filter(page -> !commands(page).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("pagesWithCommands")
    void commandsSucceed(Path page, @TempDir Path directory) throws Exception {
        Path root = Path.of("..").toRealPath();
        Files.createSymbolicLink(directory.resolve("integration"), root.resolve("integration"));
        Files.createSymbolicLink(directory.resolve("routes"), root.resolve("routes/examples"));
        String token = api.token();
        api.login("admin", "wrong");
        log.await(where("event", "LOGIN_FAILURE"));
        Files.write(directory.resolve("tidewatch.log"), log.texts());
        String script = "set -euo pipefail\n" + CURL + String.join("\n", commands(page)).replace("localhost:8080", "localhost:" + port);
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", script).directory(directory.toFile()).redirectErrorStream(true);
        shell.environment().put("TOKEN", token);

        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).isNotBlank();
    }

    private static List<String> commands(Path page) {
        try {
            return COMMANDS.matcher(Files.readString(page)).results().map(block -> block.group(1)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
