package dev.tidewatch.routes;

import static dev.tidewatch.support.CapturedLog.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;

/** Files that are saved, changed, broken, mended and deleted while the application runs; logins and their lines go on meanwhile. */
class RouteFolderTest extends ApplicationTest {

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

    @Value("${tidewatch.routes.folder}")
    private Path folder;

    private String token;

    @BeforeAll
    void makeFolder() throws IOException {
        Files.createDirectories(folder);
    }

    @BeforeEach
    void login() {
        token = api.token();
    }

    @AfterEach
    void theFolderIsEmptiedAndNothingWasLost() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> own().isEmpty() && routes().path("rejected").isEmpty());
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
    void whatCamelRefusesAtTheStartLeavesNothingBehind() throws IOException {
        save("half", saying("good-half", "good half") + """
                - route:
                    id: bad-half
                    from:
                      uri: direct:bad-half
                      steps:
                        - to: direct:bad-half
                        - bean: {ref: nothing-of-this-name}
                """);
        log.await(where("file", "half.camel.yaml").and(line -> line.path("message").asText().startsWith("Route file is rejected")));
        assertThat(own()).isEmpty();
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
    void aRouteThatFailsOnEveryMessageIsOneLineEach() throws IOException {
        save("failing", """
                - route:
                    id: failing
                    from:
                      uri: timer:failing
                      parameters: {period: "200", includeMetadata: false}
                      steps:
                        - throwException: {exceptionType: java.lang.IllegalStateException, message: "secret text"}
                """);
        JsonNode line = log.await(where("message", "failing failed"));
        assertThat(line.path("cause").asText()).isEqualTo("java.lang.IllegalStateException");
        await().until(() -> ofOneFile("failing").path("failures").asLong() > 1);
        assertThat(log.texts()).noneMatch(text -> text.contains("secret text"));
    }

    @Test
    void aRouteThatBlocksForEverHoldsUpNothingElse() throws IOException {
        save("blocking", """
                - route:
                    id: blocking
                    from:
                      uri: timer:blocking
                      parameters: {repeatCount: "1", includeMetadata: false}
                      steps:
                        - log: {message: "begins to block"}
                        - delay: {constant: "86400000", asyncDelayed: false}
                """);
        log.await(where("message", "begins to block"));
        save("beside", saying("beside", "goes on beside it"));
        log.await(where("message", "goes on beside it"));
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
        String route = """
                - route:
                    id: follower
                    from:
                      uri: kamelet:user-events-source
                      parameters: {startFrom: latest}
                      steps:
                        - to:
                            uri: kamelet:log-event-sink
                            parameters: {message: "followed by version %d"}
                """;
        save("follower", route.formatted(0));
        log.await(loaded("follower.camel.yaml", "Route file is loaded"));
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            api.login("admin", "admin123");
            return !log.lines(where("message", "followed by version 0")).isEmpty();
        });
        List<String> before = eventIds(where("action", "LOGIN_SUCCESS"));
        for (int version = 1; version <= 4; version++) {
            save("follower", route.formatted(version));
            int next = version;
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                api.login("admin", "admin123");
                return log.lines(loaded("follower.camel.yaml", "Route file is loaded anew")).size() == next;
            });
        }
        List<String> during = new ArrayList<>(eventIds(where("action", "LOGIN_SUCCESS")));
        during.removeAll(before);
        assertThat(during).hasSizeGreaterThan(10);
        await().atMost(Duration.ofSeconds(20)).until(() -> eventIds(where("routeId", "follower")).containsAll(during));
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
