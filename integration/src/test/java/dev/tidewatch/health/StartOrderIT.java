package dev.tidewatch.health;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application starts before database and Kafka. */
@Tag("process")
class StartOrderIT {

    private static final Path JAR = Path.of(System.getProperty("tidewatch.jar"));

    @Test
    void theApplicationWaitsForTheDatabaseAndThenForTheBroker(@TempDir Path directory) throws Exception {
        try (EmbeddedStack stack = EmbeddedStack.start(directory.resolve("stack"))) {
            stack.broker().stop();
            stack.database().kill();
            try (ApplicationProcess application = ApplicationProcess.packaged(JAR, directory, Map.of(
                    "TIDB_HOST", "127.0.0.1", "TIDB_PORT", String.valueOf(stack.database().port()),
                    "TIDB_USER", stack.database().user(), "TIDB_PASSWORD", stack.database().password(),
                    "KAFKA_BROKERS", stack.broker().bootstrapServers()))) {
                application.await(line -> line.path("logger").asText().contains("flyway") && line.path("level").asText().equals("WARN"));
                stack.database().start();

                // Logins do not need Kafka.
                JsonNode ready = application.await(line -> line.path("message").asText().startsWith("Tidewatch is ready"));
                Api api = new Api(ready.path("address").asText());
                assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
                assertThat(application.stdout()).noneMatch(line -> line.contains("kafka-user-events"));

                stack.broker().start();
                application.await(where("event", "LOGIN_SUCCESS"));
                application.await(where("table", "access_tokens").and(where("operation", "INSERT")));
            }
        }
    }

    @Test
    void bug22LogsOneLineForABrokerNameThatDoesNotResolve(@TempDir Path directory) throws Exception {
        try (EmbeddedStack stack = EmbeddedStack.start(directory.resolve("stack"));
                ApplicationProcess application = ApplicationProcess.packaged(JAR, directory, Map.of(
                        "TIDB_HOST", "127.0.0.1", "TIDB_PORT", String.valueOf(stack.database().port()),
                        "TIDB_USER", stack.database().user(), "TIDB_PASSWORD", stack.database().password(),
                        "KAFKA_BROKERS", "kafka.invalid:9092"))) {
            JsonNode ready = application.await(line -> line.path("message").asText().startsWith("Tidewatch is ready"));

            assertThat(new Api(ready.path("address").asText()).login("admin", "admin123").statusCode()).isEqualTo(200);
            assertThat(application.stdout()).filteredOn(line -> line.contains("kafka.invalid") && !line.contains("Tidewatch is ready"))
                    .singleElement().asString().contains("WARN", "KAFKA_BROKERS has a name that does not resolve");
            assertThat(application.stdout()).noneMatch(line -> line.contains("\"logger\":\"org.apache."));
        }
    }
}
