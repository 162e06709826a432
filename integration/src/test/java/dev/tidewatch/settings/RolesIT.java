package dev.tidewatch.settings;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.embedded.EmbeddedStack;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationProcess;
import dev.tidewatch.support.EventStream;
import dev.tidewatch.support.LogLineSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One instance serves requests, another one publishes and consumes; a file contains their password. */
@Tag("process")
class RolesIT {

    private static final Path JAR = Path.of(System.getProperty("tidewatch.jar"));

    @Test
    void theRolesMayBeApart(@TempDir Path directory) throws Exception {
        try (EmbeddedStack stack = EmbeddedStack.start(directory.resolve("stack"));
                ApplicationProcess forRequests = start(directory, stack, "api")) {
            Api api = new Api(forRequests.await(where("message", "Tidewatch is ready")).path("address").asText());
            assertThat(api.get("/health").statusCode()).isEqualTo(200);
            String token = api.token();
            String eventId = forRequests.await(where("action", "LOGIN_SUCCESS")).path("eventId").asText();

            try (ApplicationProcess forEvents = start(directory, stack, "events")) {
                Api other = new Api(forEvents.await(where("message", "Tidewatch is ready")).path("address").asText());
                forEvents.await(where("event", "LOGIN_SUCCESS").and(where("eventId", eventId)));
                forEvents.await(where("table", "access_tokens").and(where("operation", "INSERT")));

                assertThat(api.post("/api/logout", "", Api.bearer(token)).statusCode()).isEqualTo(204);
                forEvents.await(where("event", "LOGOUT"));
                assertThat(forEvents.stdout()).as("each line once")
                        .filteredOn(line -> line.contains("\"eventId\":\"" + eventId)).hasSize(1);
                try (EventStream stream = EventStream.open(api, api.token())) {
                    api.login("live", "wrong");
                    stream.await(event -> event.has("/event", "LOGIN_FAILURE") && event.has("/username", "live"));
                }

                assertThat(health(other)).isEqualTo(health(api));
                assertThat(health(other).path("status").asText()).isEqualTo("healthy");
                await().untilAsserted(() -> assertThat(changefeed(api)).isEqualTo("moving"));
                assertThat(changefeed(other)).as("without a reader of all partitions").isEqualTo("unwatched");
                assertThat(other.get("/health/more").statusCode()).isEqualTo(404);
                assertThat(other.post("/health", "{}").statusCode()).isEqualTo(405);
                assertThat(other.login("admin", "admin123").statusCode()).isEqualTo(404);
                assertThat(other.get("/openapi.yaml").statusCode()).isEqualTo(404);
                assertThat(other.get("/api/events").statusCode()).isEqualTo(404);
                endsCleanly(forEvents);
            }
            assertThat(forRequests.stdout()).as("lines of a consumer").noneMatch(line -> line.contains("\"source\":"));
            endsCleanly(forRequests);
        }
    }

    @Test
    void aRoleThatThereIsNotEndsTheStartWithOneLine(@TempDir Path directory) throws Exception {
        try (ApplicationProcess application = ApplicationProcess.packaged(JAR, directory, Map.of("TIDEWATCH_ROLES", "api,web"))) {
            JsonNode line = application.awaitFailure();

            assertThat(line.path("message").asText()).isEqualTo("Tidewatch cannot start: "
                    + "TIDEWATCH_ROLES is \"api,web\"; \"web\" is not a role. It must be api, events or api,events.");
        }
    }

    private static ApplicationProcess start(Path directory, EmbeddedStack stack, String roles) throws IOException {
        Path password = Files.writeString(directory.resolve("password"), stack.database().password() + "\n");
        return ApplicationProcess.packaged(JAR, directory, Map.of(
                "TIDB_HOST", "127.0.0.1", "TIDB_PORT", String.valueOf(stack.database().port()),
                "TIDB_USER", stack.database().user(), "TIDB_PASSWORD_FILE", password.toString(),
                "KAFKA_BROKERS", stack.broker().bootstrapServers(), "TIDEWATCH_ROLES", roles));
    }

    /** Each instance reports its own times; only one of them watches the changefeed. */
    private static JsonNode health(Api api) {
        return ((ObjectNode) api.body(api.get("/health"))).without(List.of("since", "changefeed"));
    }

    private static String changefeed(Api api) {
        return api.body(api.get("/health")).path("changefeed").asText();
    }

    private static void endsCleanly(ApplicationProcess application) throws InterruptedException {
        application.terminate();
        new LogLineSchema().check(application.stdout());
        assertThat(application.stdout()).noneMatch(line -> line.contains("\"level\":\"ERROR\""));
        assertThat(application.stderr()).isEmpty();
    }
}
