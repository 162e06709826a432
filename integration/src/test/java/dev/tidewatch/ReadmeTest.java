package dev.tidewatch;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.tidewatch.routefiles.RouteControl;
import dev.tidewatch.support.ApplicationTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What the README shows is so. */
class ReadmeTest extends ApplicationTest {

    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("`([A-Z][A-Z_]+)`");

    @Autowired
    private CamelContext camel;

    @Autowired
    private RouteControl routeControl;

    @Test
    void theExampleRouteRuns() throws Exception {
        Matcher example = YAML.matcher(readme());
        assertThat(example.find()).isTrue();
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(getClass().getResourceAsStream("/schema/camelYamlDsl.json"))
                .validate(new YAMLMapper().readTree(example.group(1)))).isEmpty();
        Resource route = ResourceHelper.fromString("example.camel.yaml", example.group(1));
        PluginHelper.getRoutesLoader(camel).loadRoutes(route);
        try {
            api.login("admin", "wrong");
            log.await(where("message", "Failed login from 127.0.0.1").and(where("routeId", "warn-of-failures")));
        } finally {
            routeControl.remove("warn-of-failures");
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws Exception {
        assertThat(Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(readme()).results().map(link -> link.group(1)))
                .isNotEmpty().allSatisfy(link -> assertThat(Path.of("..", link)).exists());
    }

    @Test
    void everyVariableOfTheConfigurationIsInTheTable() throws Exception {
        String configuration = Files.readString(Path.of("src/main/resources/application.yaml"));
        Matcher used = Pattern.compile("\\$\\{([A-Z][A-Z_]+)").matcher(configuration);
        String table = readme();

        assertThat(used.results().map(found -> found.group(1)))
                .isNotEmpty().allSatisfy(name -> assertThat(table).contains("`" + name + "`"));
        assertThat(VARIABLE.matcher(table).results().map(found -> found.group(1)).filter(name -> !name.equals("ERROR")))
                .allSatisfy(name -> assertThat(configuration).contains(name));
    }

    private static String readme() throws Exception {
        return Files.readString(Path.of("../README.md"));
    }
}
