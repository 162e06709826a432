package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.Kamelets;
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
import java.time.Duration;
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

/** Files that are saved, changed, broken, mended and deleted while the application runs; logins and their lines go on meanwhile. */
class RouteFolderIT extends ApplicationTest {

    private static final String SAYING = """
            - route:
                id: %s
                description: Says something ten times a second.
                from:
                  uri: timer:%s
                  parameters: {period: "100", includeMetadata: false}
                  steps:
                    - log: {message: "%s"}
            """;

    private static final String FOLLOWING = """
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

    /** What only Camel knows to be wrong. */
    private static final String REFUSED = """
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
    void noteWhatIsThere() {
        before = routeIds();
    }

    @AfterEach
    void theFolderIsEmptiedAndNothingWasLost() throws IOException {
        await().untilAsserted(() -> assertThat(routeIds()).as("Camel has each once").doesNotHaveDuplicates());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> own().isEmpty() && routes().path("rejected").isEmpty());
        // A route goes before the Kamelets that it calls.
        await().untilAsserted(() -> assertThat(routeIds()).as("nothing of a file is left").isEqualTo(before));
        String eventId = eventIdOf(api.login("admin", "admin123"));
        log.await(where("source", "kafka-user-events").and(where("eventId", eventId)));
        assertThat(ofOneFile("login").path("state").asText()).isEqualTo("started");
        assertThat(api.body(api.get("/health")).path("status").asText()).isEqualTo("healthy");
    }

    @Test
    void aFileThatIsSavedRunsAndOneThatIsChangedRunsAnewAndOneThatIsDeletedEnds() throws IOException {
        save("one", saying("one", "first words"));
        log.await(loaded("one.camel.yaml", "Route file is loaded"));
        log.await(where("message", "first words").and(where("routeId", "one")));
        JsonNode route = ofOneFile("one");
        assertThat(route.path("file").asText()).isEqualTo("one.camel.yaml");
        assertThat(route.path("own").asBoolean()).isTrue();
        assertThat(route.path("description").asText()).isEqualTo("Says something ten times a second.");
        await().until(() -> ofOneFile("one").path("exchanges").asLong() > 1);

        save("one", saying("one", "second words"));
        log.await(loaded("one.camel.yaml", "Route file is loaded anew"));
        log.await(where("message", "second words"));

        Files.delete(file("one"));
        log.await(loaded("one.camel.yaml", "Route file is removed"));
        int words = log.lines(where("message", "second words")).size();
        String eventId = eventIdOf(api.login("admin", "admin123"));
        log.await(where("source", "kafka-user-events").and(where("eventId", eventId)));
        assertThat(log.lines(where("message", "second words"))).hasSize(words);
    }

    @Test
    void aBrokenFileIsRefusedWithItsPlaceAndLoadsWhenItIsMended() throws IOException {
        save("broken", saying("broken", "mended").replace("- log:", "- lgo:"));

        JsonNode line = log.await(loaded("broken.camel.yaml", "Route file is rejected"));
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("line").asInt()).isEqualTo(8);
        assertThat(line.path("reason").asText()).contains("lgo");
        JsonNode refused = routes().path("rejected").get(0);
        assertThat(refused.path("file").asText()).isEqualTo("broken.camel.yaml");
        assertThat(refused.path("line").asInt()).isEqualTo(8);
        assertThat(refused.path("reason").asText()).isEqualTo(line.path("reason").asText());
        HttpResponse<String> health = api.get("/health");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(api.body(health).path("status").asText()).isEqualTo("degraded");
        assertThat(api.body(health).path("rejectedRouteFiles").asInt()).isEqualTo(1);
        JsonNode observed = api.body(new Api("http://localhost:" + managementPort).get("/observe/health")).path("components").path("routeFiles");
        assertThat(observed.path("status").asText()).isEqualTo("DEGRADED");
        assertThat(observed.path("details").path("rejected").get(0).asText()).contains("broken.camel.yaml:8:").contains("lgo");

        save("broken", saying("broken", "mended"));
        log.await(where("message", "mended"));
        assertThat(routes().path("rejected")).isEmpty();
    }

    @Test
    void aChangeThatIsRefusedLeavesWhatRan() throws IOException {
        save("kept", saying("kept", "kept words"));
        log.await(where("message", "kept words"));

        save("kept", "- route: {id: kept");
        log.await(loaded("kept.camel.yaml", "Route file is rejected; what it held before runs on"));

        int words = log.lines(where("message", "kept words")).size();
        log.await(words + 3, where("message", "kept words"));
    }

    @Test
    void whatCamelRefusesAtTheStartLeavesNothingBehindAndHoldsUpNothingElse() throws IOException {
        save("half", REFUSED.formatted("good-half", "bad-half"));
        save("beside", saying("beside", "saved beside it"));
        assertThat(log.await(loaded("half.camel.yaml", "Route file is rejected")).path("reason").asText()).startsWith("Camel cannot start it");
        log.await(where("message", "saved beside it"));
        assertThat(own()).extracting(route -> route.path("id").asText()).containsExactly("beside");
        assertThat(log.lines(where("message", "good half"))).as("nothing of a file that is refused has begun").isEmpty();
    }

    @Test
    void theRecordsOfARouteThatIsStoppedWaitAndAChangeThatCamelRefusesDoesNotStartIt() throws IOException {
        save("waiting", following("waiting", "waited for"));
        awaitEventOf("waiting");
        assertThat(api.body(api.post("/api/routes/waiting/stop", "", Api.bearer(token))).path("state").asText()).isEqualTo("stopped");
        String eventId = eventIdOf(api.login("admin", "admin123"));
        save("waiting", following("waiting", "never said") + REFUSED.formatted("good-half", "bad-half"));
        assertThat(log.await(loaded("waiting.camel.yaml", "Route file is rejected; what it held before runs on")).path("reason").asText())
                .startsWith("Camel cannot start it");
        log.await(where("routeId", "log-user-events").and(where("eventId", eventId)));
        assertThat(ofOneFile("waiting").path("state").asText()).isEqualTo("stopped");
        assertThat(camel.getRoutes().stream().filter(route -> route.getRouteId().startsWith("waiting."))
                .map(route -> camel.getRouteController().getRouteStatus(route.getRouteId()))).isNotEmpty().containsOnly(ServiceStatus.Stopped);
        assertThat(log.lines(where("message", "waited for").and(where("eventId", eventId)))).isEmpty();

        api.post("/api/routes/waiting/start", "", Api.bearer(token));

        log.await(where("message", "waited for").and(where("eventId", eventId)));
        assertThat(log.lines(where("message", "waited for").and(where("eventId", eventId)))).hasSize(1);
    }

    @Test
    void anIdBelongsToOneFile() throws IOException {
        save("a", saying("shared", "of a"));
        log.await(where("message", "of a"));
        save("b", saying("shared", "of b"));
        save("own-login", saying("login", "a login of mine"));

        assertThat(log.await(where("file", "b.camel.yaml")).path("reason").asText()).contains("shared").contains("a.camel.yaml");
        assertThat(log.await(where("file", "own-login.camel.yaml")).path("reason").asText()).contains("login");
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);

        Files.delete(file("a"));
        log.await(where("message", "of b"));
    }

    @Test
    void whatAFileHeldBeforeARefusedChangeStaysItsOwn() throws IOException {
        save("keeper", saying("kept-id", "kept by its file"));
        save("other", saying("other-id", "of the other"));
        log.await(where("message", "kept by its file"));
        log.await(where("message", "of the other"));
        save("keeper", saying("other-id", "wanted anew"));
        log.await(loaded("keeper.camel.yaml", "Route file is rejected; what it held before runs on"));

        save("thief", saying("kept-id", "stolen words"));

        assertThat(log.await(loaded("thief.camel.yaml", "Route file is rejected")).path("reason").asText()).contains("kept-id");
        assertThat(log.lines(where("message", "stolen words"))).isEmpty();
    }

    @Test
    void aFileThatIsWrittenAnewWithTheSameTextRunsOn() throws IOException {
        save("touched", saying("touched", "untouched words"));
        log.await(where("message", "untouched words"));
        api.post("/api/routes/touched/stop", "", Api.bearer(token));

        save("touched", saying("touched", "untouched words"));
        save("later", saying("later", "a later file"));

        log.await(where("message", "a later file"));
        assertThat(ofOneFile("touched").path("state").asText()).isEqualTo("stopped");
        assertThat(log.lines(loaded("touched.camel.yaml", "Route file is loaded anew"))).isEmpty();
    }

    @Test
    void twoFilesMaySwapTheirIds() throws IOException {
        save("left", saying("first", "first of left"));
        save("right", saying("second", "second of right"));
        log.await(where("message", "first of left"));
        log.await(where("message", "second of right"));

        save("left", saying("second", "second of left"));
        save("right", saying("first", "first of right"));
        log.await(where("message", "second of left"));
        log.await(where("message", "first of right"));
    }

    @Test
    void aFileMayBeReplacedByRenameAsEditorsDoItAndRenamed() throws IOException {
        save("edited", saying("edited", "before"));
        log.await(where("message", "before"));
        Path draft = Files.writeString(folder.resolve(".edited.swp"), saying("edited", "after"));
        Files.move(draft, file("edited"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        log.await(where("message", "after"));

        Files.move(file("edited"), file("renamed"));
        log.await(loaded("renamed.camel.yaml", "Route file is loaded"));
        await().until(() -> ofOneFile("edited").path("file").asText().equals("renamed.camel.yaml"));
    }

    @Test
    void aHundredFilesAtOnce() throws IOException {
        for (int i = 0; i < 100; i++) {
            save("many-" + i, saying("many-" + number(i), "one of many"));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> own().size() == 100);
        assertThat(api.login("admin", "admin123").statusCode()).isEqualTo(200);
    }

    @Test
    void aRouteThatFailsOnEveryMessageIsALineASecondAtMost() throws IOException {
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
        assertThat(Duration.between(time(lines.get(0)), time(lines.get(2)))).isGreaterThan(Duration.ofMillis(1990));
        assertThat(ofOneFile("failing").path("failures").asInt()).isGreaterThan(10);
        assertThat(log.texts()).noneMatch(text -> text.contains("secret text"));
    }

    /** First one that its thread's interruption ends, then one that only its consumer group can be rid of. */
    @Test
    void aRouteThatBlocksForEverIsReplacedAndRemovedWhileAllElseGoesOn() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            shutdownTimeouts(1);
            save("blocking", blocking("- delay: {constant: \"3600000\"}"));
            String first = awaitEventOf("blocking");
            save("blocking", blocking("""
                    - setBody: {constant: a request}
                    - to: {uri: "http://127.0.0.1:%d", parameters: {responseTimeout: "3600000", soTimeout: "3600000"}}"""
                    .formatted(silent.getLocalPort())));
            allElseGoesOn("first");
            log.await(loaded("blocking.camel.yaml", "Route file is loaded anew"));
            log.await(2, where("message", "begins to block").and(where("eventId", first)));

            save("blocking", blocking("").replace("begins to block", "blocks no more"));
            assertThat(await().until(() -> ofOneFile("blocking").path("state").asText(), state -> !state.equals("started"))).isEqualTo("stopping");
            allElseGoesOn("second");
            log.await(where("message", "blocks no more").and(where("eventId", first)));
            assertThat(log.lines(line -> line.path("message").asText().endsWith(" does not end and is left to itself"))).isNotEmpty();

            save("blocking", blocking("- delay: {constant: \"3600000\"}"));
            log.await(3, loaded("blocking.camel.yaml", "Route file is loaded anew"));
            api.login("admin", "admin123");
            log.await(3, where("message", "begins to block"));
            Files.delete(file("blocking"));
            allElseGoesOn("third");
            log.await(loaded("blocking.camel.yaml", "Route file is removed"));
        } finally {
            shutdownTimeouts(10);
        }
    }

    /** As application.yaml sets them. */
    private void shutdownTimeouts(int seconds) {
        camel.getShutdownStrategy().setTimeout(seconds);
        camel.getComponent("kafka", KafkaComponent.class).getConfiguration().setShutdownTimeout(seconds * 500);
    }

    private static String blocking(String step) {
        return following("blocking", "begins to block").replace("latest", "earliest") + step.indent(8);
    }

    private void allElseGoesOn(String name) throws IOException {
        Instant begin = Instant.now();
        save(name, saying(name, "goes on beside it: " + name));
        String eventId = eventIdOf(api.login("admin", "admin123"));
        log.await(where("routeId", "log-user-events").and(where("eventId", eventId)));
        JsonNode loaded = log.await(loaded(name + ".camel.yaml", "Route file is loaded"));
        // Two seconds are promised; the machine may be busy.
        assertThat(Duration.between(begin, time(loaded))).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aFolderThatCannotBeReadIsARejectionAndWhatIsLoadedRunsOn() throws IOException {
        save("loaded", saying("loaded", "runs on"));
        log.await(where("message", "runs on"));
        Path aside = folder.resolveSibling("routes-aside");
        Files.move(folder, aside);
        Files.writeString(folder, "no folder");
        try {
            JsonNode line = log.await(where("message", "Route folder cannot be read"));
            assertThat(line.path("level").asText()).isEqualTo("WARN");
            assertThat(routes().path("rejected")).hasSize(1);
            assertThat(routes().path("rejected").get(0).path("file").asText()).isEqualTo("routes");
            assertThat(api.body(api.get("/health")).path("status").asText()).isEqualTo("degraded");
            // Thirty times a tenth of a second, so the folder is looked at a few times.
            log.await(log.lines(where("message", "runs on")).size() + 30, where("message", "runs on"));
            assertThat(log.lines(where("message", "Route folder cannot be read"))).hasSize(1);
        } finally {
            Files.delete(folder);
            Files.move(aside, folder);
        }
        await().until(() -> routes().path("rejected").isEmpty());
        assertThat(log.lines(loaded("loaded.camel.yaml", "Route file is removed"))).isEmpty();
    }

    @Test
    void aRouteWhoseBrokerIsAwayLoadsAndWaits() throws IOException {
        save("away", """
                - route:
                    id: away
                    from:
                      uri: kafka:nothing
                      parameters: {brokers: "127.0.0.1:1", groupId: away, autoCommitEnable: true}
                      steps:
                        - log: {message: "a record from nowhere"}
                """);
        log.await(loaded("away.camel.yaml", "Route file is loaded"));
        save("beside", saying("beside", "goes on beside that"));
        log.await(where("message", "goes on beside that"));
    }

    @Test
    void aDirectoryAndALinkOutOfTheFolderAreRefused() throws IOException {
        Files.createDirectory(folder.resolve("folder.camel.yaml"));
        Path outside = Files.writeString(folder.resolveSibling("outside.yaml"), saying("outside", "from outside"));
        Files.createSymbolicLink(file("link"), outside);

        assertThat(log.await(where("file", "folder.camel.yaml")).path("message").asText()).isEqualTo("Route file is rejected");
        assertThat(log.await(where("file", "link.camel.yaml")).path("message").asText()).isEqualTo("Route file is rejected");
        assertThat(own()).isEmpty();
    }

    @Test
    void whatIsNoRouteFileIsRefusedWithAReason() throws IOException {
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
    void aRouteThatIsChangedWhileEventsComeMissesNone() throws IOException {
        save("follower", following("follower", "followed by version 0"));
        awaitEventOf("follower");
        List<String> before = eventIds(where("action", "LOGIN_SUCCESS"));
        for (int version = 1; version <= 6; version++) {
            save("follower", following("follower", "followed by version " + version));
            int next = version;
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                api.login("admin", "admin123");
                return log.lines(loaded("follower.camel.yaml", "Route file is loaded anew")).size() == next;
            });
        }
        List<String> during = new ArrayList<>(eventIds(where("action", "LOGIN_SUCCESS")));
        during.removeAll(before);
        assertThat(during).hasSizeGreaterThan(10);
        for (String route : List.of("follower", "log-user-events")) {
            await().atMost(Duration.ofSeconds(20)).until(() -> eventIds(where("routeId", route)).containsAll(during));
            assertThat(eventIds(where("routeId", route)).stream().filter(during::contains)).as(route).doesNotHaveDuplicates();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> log.lines(where("table", "access_tokens").and(where("operation", "INSERT"))).size()
                >= log.lines(where("action", "LOGIN_SUCCESS")).size());
    }

    @Test
    void aRouteOfOnesOwnIsStoppedAndStartedByTheApi() throws IOException {
        save("switched", saying("switched", "switched on"));
        log.await(where("message", "switched on"));

        HttpResponse<String> stopped = api.post("/api/routes/switched/stop", "", Api.bearer(token));
        assertThat(stopped.statusCode()).isEqualTo(200);
        assertThat(api.body(stopped).path("state").asText()).isEqualTo("stopped");
        int words = log.lines(where("message", "switched on")).size();

        assertThat(api.body(api.post("/api/routes/switched/start", "", Api.bearer(token))).path("state").asText()).isEqualTo("started");
        log.await(words + 1, where("message", "switched on"));

        assertThat(api.post("/api/routes/login/stop", "", Api.bearer(token)).statusCode()).as("none of one's own").isEqualTo(404);
        assertThat(api.post("/api/routes/nothing/stop", "", Api.bearer(token)).statusCode()).isEqualTo(404);
        assertThat(api.post("/api/routes/switched/stop", "").statusCode()).as("without a token").isEqualTo(401);
        assertThat(api.get("/api/routes").statusCode()).as("without a token").isEqualTo(401);
    }

    private List<String> routeIds() {
        return camel.getRoutes().stream().map(Route::getId).sorted().toList();
    }

    private static String following(String id, String words) {
        return FOLLOWING.formatted(id, words);
    }

    /** Logs in until a route has told of an event, whose id is returned: a new consumer group begins with what comes next. */
    private String awaitEventOf(String id) {
        return await().atMost(Duration.ofSeconds(20)).until(() -> {
            api.login("admin", "admin123");
            return eventIds(where("routeId", id));
        }, ids -> !ids.isEmpty()).get(0);
    }

    private static Instant time(JsonNode line) {
        return Instant.parse(line.path("timestamp").asText());
    }

    private static String saying(String id, String words) {
        return SAYING.formatted(id, id, words);
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

    private JsonNode ofOneFile(String id) {
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
