package dev.tidewatch.routefiles;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.kafka.KafkaComponent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** Saves, changes, breaks, fixes and deletes route files of a running application, which continues to handle logins. */
class RouteFolderIT extends ApplicationTest {

    private static final String LOG_ROUTE = """
            - route:
                id: %s
                description: Logs ten times a second.
                from:
                  uri: timer:%s
                  parameters: {period: "100", includeMetadata: false}
                  steps:
                    - log: {message: "%s"}
            """;

    private static final String EVENT_ROUTE = """
            - route:
                id: %s
                from:
                  uri: kamelet:user-events-source
                  parameters: {startFrom: latest}
                  steps:
                    - to:
                        uri: kamelet:log-event-sink
                        parameters: {message: "%s"}
            """;

    /** Passes the check, but Camel rejects the second route. */
    private static final String REJECTED_BY_CAMEL = """
            - route:
                id: %s
                from:
                  uri: timer:good-half
                  parameters: {delay: "0"}
                  steps:
                    - log: {message: "good half"}
            - route:
                id: %s
                from:
                  uri: kamelet:database-changes-source
                  parameters: {operations: EVERYTHING}
                  steps:
                    - log: {message: "bad half"}
            """;

    @Value("${tidewatch.routes.folder}")
    private Path folder;

    @Value("${local.management.port}")
    private int managementPort;

    @Autowired
    private CamelContext camel;

    private List<String> before;

    private String token;

    @BeforeAll
    void makeFolder() throws IOException {
        Files.createDirectories(folder);
    }

    @BeforeEach
    void login() {
        token = api.token();
    }

    @BeforeEach
    void recordRoutes() {
        before = routeIds();
    }

    @AfterEach
    void emptyFolderAndCheckThatNothingIsLeft() throws IOException {
        await().untilAsserted(() -> assertThat(routeIds()).as("routes without duplicates").doesNotHaveDuplicates());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        await().until(() -> own().isEmpty() && routes().path("rejected").isEmpty());
        // A route is removed before the Kamelets that it calls.
        await().untilAsserted(() -> assertThat(routeIds()).as("no route of a file is left").isEqualTo(before));
        String eventId = eventIdOf(api.login("admin", "admin123"));
        log.await(where("source", "kafka-user-events").and(where("eventId", eventId)));
        assertThat(route("login").path("state").asText()).isEqualTo("started");
        assertThat(api.body(api.get("/health")).path("status").asText()).isEqualTo("healthy");
    }

    @Test
    void loadsReloadsAndRemovesFile() throws IOException {
        save("one", logRoute("one", "first words"));
        log.await(loaded("one.camel.yaml", "Route file is loaded"));
        log.await(where("message", "first words").and(where("routeId", "one")));
        JsonNode route = route("one");
        assertThat(route.path("file").asText()).isEqualTo("one.camel.yaml");
        assertThat(route.path("own").asBoolean()).isTrue();
        assertThat(route.path("description").asText()).isEqualTo("Logs ten times a second.");
        await().until(() -> route("one").path("exchanges").asLong() > 1);

        save("one", logRoute("one", "second words"));
        log.await(loaded("one.camel.yaml", "Route file is reloaded"));
        log.await(where("message", "second words"));

        Files.delete(file("one"));
        log.await(loaded("one.camel.yaml", "Route file is removed"));
        int words = log.lines(where("message", "second words")).size();
        String eventId = eventIdOf(api.login("admin", "admin123"));
        log.await(where("source", "kafka-user-events").and(where("eventId", eventId)));
        assertThat(log.lines(where("message", "second words"))).hasSize(words);
    }

    @Test
    void rejectsBrokenFileAndLoadsItOnceFixed() throws IOException {
        save("broken", logRoute("broken", "fixed").replace("- log:", "- lgo:"));

        JsonNode line = log.await(loaded("broken.camel.yaml", "Route file is rejected"));
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("line").asInt()).isEqualTo(8);
        assertThat(line.path("reason").asText()).contains("lgo");
        JsonNode rejected = routes().path("rejected").get(0);
        assertThat(rejected.path("file").asText()).isEqualTo("broken.camel.yaml");
        assertThat(rejected.path("line").asInt()).isEqualTo(8);
        assertThat(rejected.path("reason").asText()).isEqualTo(line.path("reason").asText());
        HttpResponse<String> health = api.get("/health");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(api.body(health).path("status").asText()).isEqualTo("degraded");
        assertThat(api.body(health).path("rejectedRouteFiles").asInt()).isEqualTo(1);
        JsonNode observed = api.body(new Api("http://localhost:" + managementPort).get("/observe/health"))
                .at("/components/routeFiles");
        assertThat(observed.path("status").asText()).isEqualTo("DEGRADED");
        assertThat(observed.path("details").path("rejected").get(0).asText()).contains("broken.camel.yaml:8:").contains("lgo");

        save("broken", logRoute("broken", "fixed"));
        log.await(where("message", "fixed"));
        assertThat(routes().path("rejected")).isEmpty();
    }

    @Test
    void keepsPreviousVersionRunningAfterRejectedChange() throws IOException {
        save("kept", logRoute("kept", "kept words"));
        log.await(where("message", "kept words"));

        save("kept", "- route: {id: kept");
        log.await(loaded("kept.camel.yaml", "Route file is rejected; its previous version keeps running"));

        int words = log.lines(where("message", "kept words")).size();
        log.await(words + 3, where("message", "kept words"));
    }

    @Test
    void removesRoutesOfFileThatCamelRejects() throws IOException {
        save("half", REJECTED_BY_CAMEL.formatted("good-half", "bad-half"));
        save("another", logRoute("another", "saved next to it"));
        assertThat(log.await(loaded("half.camel.yaml", "Route file is rejected")).path("reason").asText())
                .startsWith("Camel cannot start the routes");
        log.await(where("message", "saved next to it"));
        assertThat(own()).extracting(route -> route.path("id").asText()).containsExactly("another");
        assertThat(log.lines(where("message", "good half"))).as("no route of a rejected file has started").isEmpty();
    }

    @Test
    void keepsRecordsOfStoppedRouteAndDoesNotRestartItAfterRejectedChange() throws IOException {
        save("waiting", eventRoute("waiting", "from the stopped route"));
        awaitEventOf("waiting");
        assertThat(api.body(api.post("/api/routes/waiting/stop", "", Api.bearer(token))).path("state").asText()).isEqualTo("stopped");
        String eventId = eventIdOf(api.login("admin", "admin123"));
        save("waiting", eventRoute("waiting", "never logged") + REJECTED_BY_CAMEL.formatted("good-half", "bad-half"));
        assertThat(log.await(loaded("waiting.camel.yaml", "Route file is rejected; its previous version keeps running"))
                .path("reason").asText()).startsWith("Camel cannot start the routes");
        log.await(where("routeId", "log-user-events").and(where("eventId", eventId)));
        assertThat(route("waiting").path("state").asText()).isEqualTo("stopped");
        assertThat(camel.getRoutes().stream().filter(route -> route.getRouteId().startsWith("waiting."))
                .map(route -> camel.getRouteController().getRouteStatus(route.getRouteId())))
                .isNotEmpty().containsOnly(ServiceStatus.Stopped);
        assertThat(log.lines(where("message", "from the stopped route").and(where("eventId", eventId)))).isEmpty();

        api.post("/api/routes/waiting/start", "", Api.bearer(token));

        log.await(where("message", "from the stopped route").and(where("eventId", eventId)));
        assertThat(log.lines(where("message", "from the stopped route").and(where("eventId", eventId)))).hasSize(1);
    }

    @Test
    void rejectsIdOfAnotherFileAndOfTheApplication() throws IOException {
        save("a", logRoute("shared", "of a"));
        log.await(where("message", "of a"));
        save("b", logRoute("shared", "of b"));
        save("own-login", logRoute("login", "a login of mine"));

        assertThat(log.await(where("file", "b.camel.yaml")).path("reason").asText()).contains("shared").contains("a.camel.yaml");
        assertThat(log.await(where("file", "own-login.camel.yaml")).path("reason").asText()).contains("login");
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);

        Files.delete(file("a"));
        log.await(where("message", "of b"));
    }

    @Test
    void rejectedFileKeepsIdsOfItsPreviousVersion() throws IOException {
        save("keeper", logRoute("kept-id", "kept by its file"));
        save("other", logRoute("other-id", "of the other"));
        log.await(where("message", "kept by its file"));
        log.await(where("message", "of the other"));
        save("keeper", logRoute("other-id", "second version"));
        log.await(loaded("keeper.camel.yaml", "Route file is rejected; its previous version keeps running"));

        save("thief", logRoute("kept-id", "stolen words"));

        assertThat(log.await(loaded("thief.camel.yaml", "Route file is rejected")).path("reason").asText()).contains("kept-id");
        assertThat(log.lines(where("message", "stolen words"))).isEmpty();
    }

    @Test
    void ignoresSaveWithoutChange() throws IOException {
        save("touched", logRoute("touched", "untouched words"));
        log.await(where("message", "untouched words"));
        api.post("/api/routes/touched/stop", "", Api.bearer(token));

        save("touched", logRoute("touched", "untouched words"));
        save("later", logRoute("later", "a later file"));

        log.await(where("message", "a later file"));
        assertThat(route("touched").path("state").asText()).isEqualTo("stopped");
        assertThat(log.lines(loaded("touched.camel.yaml", "Route file is reloaded"))).isEmpty();
    }

    @Test
    void filesCanSwapIds() throws IOException {
        save("left", logRoute("first", "first of left"));
        save("right", logRoute("second", "second of right"));
        log.await(where("message", "first of left"));
        log.await(where("message", "second of right"));

        save("left", logRoute("second", "second of left"));
        save("right", logRoute("first", "first of right"));
        log.await(where("message", "second of left"));
        log.await(where("message", "first of right"));
    }

    @Test
    void reloadsReplacedAndRenamedFiles() throws IOException {
        save("edited", logRoute("edited", "before"));
        log.await(where("message", "before"));
        Path draft = Files.writeString(folder.resolve(".edited.swp"), logRoute("edited", "after"));
        Files.move(draft, file("edited"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        log.await(where("message", "after"));

        Files.move(file("edited"), file("renamed"));
        log.await(loaded("renamed.camel.yaml", "Route file is loaded"));
        await().until(() -> route("edited").path("file").asText().equals("renamed.camel.yaml"));
    }

    @Test
    void loadsHundredFilesAtOnce() throws IOException {
        for (int i = 0; i < 100; i++) {
            save("many-" + i, logRoute("many-" + number(i), "one of many"));
        }
        await().until(() -> own().size() == 100);
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
    }

    @Test
    void logsRepeatedFailuresOfRouteTogether() throws IOException {
        save("failing", """
                - route:
                    id: failing
                    from:
                      uri: timer:failing
                      parameters: {period: "5", includeMetadata: false}
                      steps:
                        - throwException: {exceptionType: java.lang.IllegalStateException, message: "secret text"}
                """);
        List<JsonNode> lines = log.await(3, where("message", "failing failed"));
        assertThat(lines.get(0).path("cause").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(lines).extracting(line -> line.path("failures").asInt()).startsWith(1).elements(1, 2).allMatch(failures -> failures > 1);
        assertThat(route("failing").path("failures").asInt()).isGreaterThan(10);
        assertThat(log.texts()).noneMatch(text -> text.contains("secret text"));
    }

    /** The first version stops when it is interrupted; the second one has to be abandoned. */
    @Test
    void replacesAndRemovesBlockedRouteWithoutDelayingOthers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            shutdownTimeouts(3);
            save("blocking", blocking("- delay: {constant: \"3600000\"}"));
            String first = awaitEventOf("blocking");
            save("blocking", blocking("""
                    - setBody: {constant: a request}
                    - to: {uri: "http://127.0.0.1:%d", parameters: {responseTimeout: "3600000", soTimeout: "3600000"}}"""
                    .formatted(silent.getLocalPort())));
            JsonNode other = awaitOtherRoute("first");
            assertThat(time(other)).isBefore(time(log.await(loaded("blocking.camel.yaml", "Route file is reloaded"))));
            log.await(2, where("message", "begins to block").and(where("eventId", first)));

            save("blocking", blocking("").replace("begins to block", "blocks no more"));
            assertThat(await().until(() -> route("blocking").path("state").asText(), state -> !state.equals("started")))
                    .isEqualTo("stopping");
            other = awaitOtherRoute("second");
            log.await(where("message", "blocks no more").and(where("eventId", first)));
            assertThat(time(other)).isBefore(time(log.await(2, loaded("blocking.camel.yaml", "Route file is reloaded")).get(1)));
            assertThat(log.lines(where("message", "Route blocking does not stop and is abandoned"))).isNotEmpty();

            save("blocking", blocking("- delay: {constant: \"3600000\"}"));
            log.await(3, loaded("blocking.camel.yaml", "Route file is reloaded"));
            api.login("admin", "admin123");
            log.await(3, where("message", "begins to block"));
            Files.delete(file("blocking"));
            other = awaitOtherRoute("third");
            assertThat(time(other)).isBefore(time(log.await(loaded("blocking.camel.yaml", "Route file is removed"))));
        } finally {
            shutdownTimeouts(10);
        }
    }

    /** The default in application.yaml is 10 seconds. */
    private void shutdownTimeouts(int seconds) {
        camel.getShutdownStrategy().setTimeout(seconds);
        camel.getComponent("kafka", KafkaComponent.class).getConfiguration().setShutdownTimeout(seconds * 500);
    }

    private static String blocking(String step) {
        return eventRoute("blocking", "begins to block").replace("latest", "earliest") + step.indent(8);
    }

    /** Adds a route and waits for it; returns the line about its file. A login must be logged as well. */
    private JsonNode awaitOtherRoute(String name) throws IOException {
        save(name, logRoute(name, "another route: " + name));
        String eventId = eventIdOf(api.login("admin", "admin123"));
        log.await(where("routeId", "log-user-events").and(where("eventId", eventId)));
        return log.await(loaded(name + ".camel.yaml", "Route file is loaded"));
    }

    @Test
    void keepsRoutesRunningWhileTheFolderCannotBeRead() throws IOException {
        save("loaded", logRoute("loaded", "keeps running"));
        log.await(where("message", "keeps running"));
        Path aside = folder.resolveSibling("routes-aside");
        Files.move(folder, aside);
        Files.writeString(folder, "no folder");
        try {
            JsonNode line = log.await(where("message", "Route folder cannot be read"));
            assertThat(line.path("level").asText()).isEqualTo("WARN");
            assertThat(routes().path("rejected")).hasSize(1);
            assertThat(routes().path("rejected").get(0).path("file").asText()).isEqualTo("routes");
            assertThat(api.body(api.get("/health")).path("status").asText()).isEqualTo("degraded");
            // Thirty lines take three seconds, so that the folder is polled several times.
            log.await(log.lines(where("message", "keeps running")).size() + 30, where("message", "keeps running"));
            assertThat(log.lines(where("message", "Route folder cannot be read"))).hasSize(1);
        } finally {
            Files.delete(folder);
            Files.move(aside, folder);
        }
        await().until(() -> routes().path("rejected").isEmpty());
        assertThat(log.lines(loaded("loaded.camel.yaml", "Route file is removed"))).isEmpty();
    }

    @Test
    void loadsRouteWhoseBrokerIsUnreachable() throws IOException {
        save("unreachable", """
                - route:
                    id: unreachable
                    from:
                      uri: kafka:nothing
                      parameters: {brokers: "127.0.0.1:1", groupId: unreachable, autoCommitEnable: true}
                      steps:
                        - log: {message: "a record from nowhere"}
                """);
        log.await(loaded("unreachable.camel.yaml", "Route file is loaded"));
        save("another", logRoute("another", "loaded next to it"));
        log.await(where("message", "loaded next to it"));
    }

    @Test
    void rejectsDirectoryAndLinkOutOfTheFolder() throws IOException {
        Files.createDirectory(folder.resolve("folder.camel.yaml"));
        Path outside = Files.writeString(folder.resolveSibling("outside.yaml"), logRoute("outside", "from outside"));
        Files.createSymbolicLink(file("link"), outside);

        assertThat(log.await(where("file", "folder.camel.yaml")).path("message").asText()).isEqualTo("Route file is rejected");
        assertThat(log.await(where("file", "link.camel.yaml")).path("message").asText()).isEqualTo("Route file is rejected");
        assertThat(own()).isEmpty();
    }

    @Test
    void rejectsFilesWithoutRoutes() throws IOException {
        save("empty", "");
        save("no-yaml", "- route: [");
        save("another-kind", "apiVersion: v1\nkind: ConfigMap\n");
        save("huge", "# " + "x".repeat(5_000_000));

        for (String name : List.of("empty", "no-yaml", "another-kind", "huge")) {
            JsonNode line = log.await(loaded(name + ".camel.yaml", "Route file is rejected"));
            assertThat(line.path("reason").asText()).as(name).isNotEmpty();
        }
        assertThat(routes().path("rejected")).hasSize(4);
    }

    @Test
    void reloadedRouteMissesNoEvent() throws IOException {
        save("follower", eventRoute("follower", "followed by version 0"));
        awaitEventOf("follower");
        List<String> before = eventIds(where("action", "LOGIN_SUCCESS"));
        for (int version = 1; version <= 6; version++) {
            save("follower", eventRoute("follower", "followed by version " + version));
            int next = version;
            await().until(() -> {
                api.login("admin", "admin123");
                return log.lines(loaded("follower.camel.yaml", "Route file is reloaded")).size() == next;
            });
        }
        List<String> during = new ArrayList<>(eventIds(where("action", "LOGIN_SUCCESS")));
        during.removeAll(before);
        assertThat(during).hasSizeGreaterThan(10);
        for (String route : List.of("follower", "log-user-events")) {
            await().until(() -> eventIds(where("routeId", route)).containsAll(during));
            assertThat(eventIds(where("routeId", route)).stream().filter(during::contains)).as(route).doesNotHaveDuplicates();
        }
        await().until(() ->
                log.lines(where("table", "access_tokens").and(where("operation", "INSERT"))).size()
                        >= log.lines(where("action", "LOGIN_SUCCESS")).size());
    }

    @Test
    void apiStopsAndStartsRoutesOfFiles() throws IOException {
        save("switched", logRoute("switched", "switched on"));
        log.await(where("message", "switched on"));

        HttpResponse<String> stopped = api.post("/api/routes/switched/stop", "", Api.bearer(token));
        assertThat(stopped.statusCode()).isEqualTo(200);
        assertThat(api.body(stopped).path("state").asText()).isEqualTo("stopped");
        int words = log.lines(where("message", "switched on")).size();

        assertThat(api.body(api.post("/api/routes/switched/start", "", Api.bearer(token))).path("state").asText()).isEqualTo("started");
        log.await(words + 1, where("message", "switched on"));

        assertThat(api.post("/api/routes/login/stop", "", Api.bearer(token)).statusCode()).as("a route of the application").isEqualTo(404);
        assertThat(api.post("/api/routes/nothing/stop", "", Api.bearer(token)).statusCode()).isEqualTo(404);
        assertThat(api.post("/api/routes/switched/stop", "").statusCode()).as("without a token").isEqualTo(401);
        assertThat(api.get("/api/routes").statusCode()).as("without a token").isEqualTo(401);
    }

    private List<String> routeIds() {
        return camel.getRoutes().stream().map(Route::getId).sorted().toList();
    }

    private static String eventRoute(String id, String words) {
        return EVENT_ROUTE.formatted(id, words);
    }

    /** Logs in until a route has logged an event, and returns its id: a new consumer group starts at the latest offset. */
    private String awaitEventOf(String id) {
        return await().until(() -> {
            api.login("admin", "admin123");
            return eventIds(where("routeId", id));
        }, ids -> !ids.isEmpty()).get(0);
    }

    private static Instant time(JsonNode line) {
        return Instant.parse(line.path("timestamp").asText());
    }

    private static String logRoute(String id, String words) {
        return LOG_ROUTE.formatted(id, id, words);
    }

    private static String number(int i) {
        return "" + (char) ('a' + i / 10) + (char) ('a' + i % 10);
    }

    private Path file(String name) {
        return folder.resolve(name + ".camel.yaml");
    }

    private void save(String name, String text) throws IOException {
        Files.writeString(file(name), text);
    }

    private JsonNode routes() {
        HttpResponse<String> response = api.get("/api/routes", Api.bearer(token));
        assertThat(response.statusCode()).isEqualTo(200);
        return api.body(response);
    }

    private List<JsonNode> own() {
        List<JsonNode> own = new ArrayList<>();
        routes().path("routes").forEach(route -> {
            if (route.path("own").asBoolean()) {
                own.add(route);
            }
        });
        return own;
    }

    private JsonNode route(String id) {
        for (JsonNode route : routes().path("routes")) {
            if (route.path("id").asText().equals(id)) {
                return route;
            }
        }
        return routes().path("nothing");
    }

    private List<String> eventIds(Predicate<JsonNode> lines) {
        return log.lines(lines).stream().map(line -> line.path("eventId").asText()).filter(id -> !id.isEmpty()).toList();
    }

    private String eventIdOf(HttpResponse<String> login) {
        assertThat(login.statusCode()).isEqualTo(200);
        List<JsonNode> lines = log.await(1, where("action", "LOGIN_SUCCESS"));
        return lines.get(lines.size() - 1).path("eventId").asText();
    }

    private static Predicate<JsonNode> loaded(String file, String message) {
        return where("message", message).and(where("file", file));
    }
}
