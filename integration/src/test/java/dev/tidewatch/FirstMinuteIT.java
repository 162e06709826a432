package dev.tidewatch;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationProcess;
import dev.tidewatch.support.LogLineSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a new user does in the first minute: start, log in, read the lines, stop, start again. */
@Tag("process")
class FirstMinuteIT {

    @Test
    void startsLogsInReadsStopsAndRestarts(@TempDir Path directory) throws Exception {
        String token;
        try (ApplicationProcess application = ApplicationProcess.embedded(directory)) {
            JsonNode ready = application.await(where("message", "Tidewatch is ready"));
            assertThat(ready.path("database").asText()).contains("MariaDB").endsWith("/tidewatch");
            assertThat(ready.path("broker").asText()).contains(":");
            assertThat(ready.path("changefeed").asText()).contains("Debezium");
            Api api = new Api(ready.path("address").asText());

            token = api.token();
            String eventId = application.await(where("action", "LOGIN_SUCCESS")).path("eventId").asText();
            application.await(where("source", "kafka-user-events").and(where("eventId", eventId)));
            application.await(where("source", "TiDB-CDC").and(where("operation", "INSERT")).and(where("table", "access_tokens")));
            application.await(where("source", "TiDB-CDC").and(where("operation", "UPDATE")).and(where("table", "users")));

            endsCleanly(application);
            assertThat(application.stdout()).noneMatch(line -> line.contains("\"level\":\"WARN\""));
        }
        putRouteFiles(directory);
        // Minimal systems lack commands such as kill.
        try (ApplicationProcess application = ApplicationProcess.embedded(directory, Map.of("PATH", ""))) {
            JsonNode ready = application.await(where("message", "Tidewatch is ready"));
            Api api = new Api(ready.path("address").asText());
            application.await(where("message", "a good route"));
            for (String bad : List.of("broken", "refused", "folder")) {
                application.await(where("message", "Route file is rejected").and(where("file", bad + ".camel.yaml")));
            }

            assertThat(api.get("/api/profile", Api.bearer(token)).statusCode()).as("data survives the restart").isEqualTo(200);
            assertThat(api.post("/api/logout", "", Api.bearer(token)).statusCode()).isEqualTo(204);
            application.await(where("event", "LOGOUT"));
            assertThat(application.stdout()).as("nothing is consumed twice").noneMatch(line -> line.contains("LOGIN_SUCCESS"));

            endsCleanly(application);
        }
    }

    @Test
    void b13UsesUnderSixPercentOfACoreWhenIdle(@TempDir Path directory) {
        try (ApplicationProcess application = ApplicationProcess.embedded(directory)) {
            application.await(where("message", "Tidewatch is ready"));
            application.awaitIdle(6);
        }
    }

    /** Invalid files delay neither startup nor the valid file. */
    private static void putRouteFiles(Path directory) throws IOException {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.writeString(routes.resolve("broken.camel.yaml"), "- route: [");
        Files.writeString(routes.resolve("refused.camel.yaml"), """
                - route:
                    id: refused
                    from:
                      uri: kamelet:database-changes-source
                      parameters: {operations: EVERYTHING}
                      steps:
                        - log: {message: a bad route}
                """);
        Files.createDirectory(routes.resolve("folder.camel.yaml"));
        Files.writeString(routes.resolve("good.camel.yaml"), """
                - route:
                    id: good
                    from:
                      uri: timer:good
                      parameters: {repeatCount: "1"}
                      steps:
                        - log: {message: a good route}
                """);
    }

    private static void endsCleanly(ApplicationProcess application) throws Exception {
        List<ProcessHandle> family = application.family();
        assertThat(family).as("the application and its database").hasSizeGreaterThan(1);

        application.interrupt();
        Awaitility.await().until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
        new LogLineSchema().check(application.stdout());
        assertThat(application.stdout()).noneMatch(line -> line.contains("\"level\":\"ERROR\""));
        assertThat(application.stderr()).as("all output goes through the logger").isEmpty();
    }
}
