package dev.tidewatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import dev.tidewatch.support.TestDatabase;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid requests get a problem detail. */
@Tag("sql")
class BadInputIT extends ApplicationTest {

    private static final String LONG = "a".repeat(257);

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("not JSON", "username=admin", ""),
                arguments("half of it", "{\"username\":\"admin\"", ""),
                arguments("more than one", "{\"username\":\"a\",\"password\":\"b\"}{}", ""),
                arguments("a name twice", "{\"username\":\"a\",\"password\":\"b\",\"password\":\"c\"}", "password"),
                arguments("an array", "[]", ""),
                arguments("a string", "\"admin\"", ""),
                arguments("a deep array", "[".repeat(5_000), ""),
                arguments("a deep object", "{\"a\":".repeat(3_000), ""),
                arguments("a long number", "{\"username\":\"a\",\"password\":" + "9".repeat(15_000) + "}", ""),
                arguments("a long fraction", "{\"username\":\"a\",\"password\":0." + "0".repeat(15_000) + "1}", ""),
                arguments("a huge number", "{\"username\":\"a\",\"password\":1e999999999}", "password"),
                arguments("null", "null", ""),
                arguments("an empty body", "", ""),
                arguments("white space", "  \n", ""),
                arguments("no password", "{\"username\":\"admin\"}", "password"),
                arguments("no name", "{\"password\":\"admin123\"}", "username"),
                arguments("both names", "{\"username\":\"a\",\"email\":\"b\",\"password\":\"c\"}", "username"),
                arguments("a null name", "{\"username\":null,\"password\":\"b\"}", "username"),
                arguments("a null password", "{\"username\":\"a\",\"password\":null}", "password"),
                arguments("a number for a name", "{\"username\":1,\"password\":\"b\"}", "username"),
                arguments("an object for a password", "{\"username\":\"a\",\"password\":{}}", "password"),
                arguments("an empty name", "{\"username\":\"\",\"password\":\"b\"}", "username"),
                arguments("an empty password", "{\"username\":\"a\",\"password\":\"\"}", "password"),
                arguments("an unknown field", "{\"username\":\"a\",\"password\":\"b\",\"admin\":true}", "admin"),
                arguments("another session", "{\"username\":\"a\",\"password\":\"b\",\"session\":\"Cookie\"}", "session"),
                arguments("a long name", "{\"username\":\"" + LONG + "\",\"password\":\"b\"}", "username"),
                arguments("a long address", "{\"email\":\"" + LONG + "\",\"password\":\"b\"}", "email"),
                arguments("a long password", "{\"username\":\"a\",\"password\":\"" + LONG + "\"}", "password"),
                arguments("a name that is long in NFC", "{\"username\":\"" + "\uFB2C".repeat(256) + "\",\"password\":\"b\"}", "username"),
                arguments("NUL in the name", "{\"username\":\"a\\u0000\",\"password\":\"b\"}", "username"),
                arguments("a line break in the name", "{\"username\":\"a\\n{\",\"password\":\"b\"}", "username"),
                arguments("a line break at the end of the name", "{\"username\":\"admin\\n\",\"password\":\"b\"}", "username"),
                arguments("a line separator in the name", "{\"username\":\"a\u2028b\",\"password\":\"b\"}", "username"),
                arguments("a C1 control in the name", "{\"username\":\"a\\u0085\",\"password\":\"b\"}", "username"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void namesTheInvalidFieldOfALogin(String what, String body, String field) {
        HttpResponse<String> response = api.post("/api/login", body);

        JsonNode problem = problem(response, 400);
        assertThat(problem.path("errors")).extracting(error -> error.path("field").asText()).contains(field);
        assertThat(problem.path("errors")).allSatisfy(error -> assertThat(error.path("detail").asText()).isNotBlank());
    }

    static Stream<Arguments> illFormed() {
        return Stream.of(
                arguments("/api/login", "{\"username\":\"half \\ud800 of a pair\",\"password\":\"b\"}", "username"),
                arguments("/api/login", "{\"username\":\"\\udd12\\ud83d\",\"password\":\"b\"}", "username"),
                arguments("/api/login", "{\"email\":\"\\udfff\",\"password\":\"b\"}", "email"),
                arguments("/api/login", "{\"username\":\"a\",\"password\":\"b\\ud83d\"}", "password"),
                arguments("/api/login", "{\"username\":\"a\",\"password\":\"b\",\"session\":\"\\ud83d\"}", "session"),
                arguments("/api/login", "{\"username\":\"a\",\"password\":\"b\",\"c\\ud83d\":1}", "c\uFFFD"),
                arguments("/api/password", "{\"currentPassword\":\"\\ud83d\",\"newPassword\":\"long enough\"}", "currentPassword"),
                arguments("/api/password", "{\"currentPassword\":\"a\",\"newPassword\":\"long enough\\ud83d\"}", "newPassword"),
                arguments("/api/dead-letters/replay", "{\"topic\":\"\\ud83d\"}", "topic"));
    }

    @ParameterizedTest
    @MethodSource("illFormed")
    void bug09NamesTheFieldWithAnUnpairedSurrogate(String path, String body, String field) {
        JsonNode problem = problem(api.post(path, body), 400);

        assertThat(problem.path("errors")).singleElement().satisfies(error -> {
            assertThat(error.path("field").asText()).isEqualTo(field);
            assertThat(error.path("detail").asText()).contains("Unicode text");
        });
    }

    @Test
    void bug14AnswersEverybodyTheSameToAPasswordWithAnUnpairedSurrogate() {
        database.update("INSERT INTO users (username, email, password_hash) VALUES ('imported', 'imported@example.org', ?)",
                "$2b$04$aaaaaaaaaaaaaaaaaaaaaOGY9KrC7e/pHj3EXQPxs8hKEBbvQhsvG");
        assertThat(api.login("imported", "wrong").statusCode()).isEqualTo(401);
        Stream.of("imported", "admin", "nobody").forEach(name ->
                problem(api.post("/api/login", "{\"username\":\"" + name + "\",\"password\":\"half\\ud83d\"}"), 400));
    }

    static Stream<Arguments> notUtf8() {
        return Stream.of(
                arguments("a name in Latin-1", "{\"username\":\"jos\u00e9\",\"password\":\"b\"}", StandardCharsets.ISO_8859_1),
                arguments("a password in Latin-1", "{\"username\":\"a\",\"password\":\"gr\u00fcn\"}", StandardCharsets.ISO_8859_1),
                arguments("an overlong NUL", "{\"username\":\"\u00c0\u0080\",\"password\":\"b\"}", StandardCharsets.ISO_8859_1),
                arguments("a surrogate pair in CESU-8", "{\"username\":\"a\",\"password\":\"\u00ed\u00a0\u00bd\u00ed\u00b4\u0092\"}",
                        StandardCharsets.ISO_8859_1),
                arguments("half a character at the end", "{\"username\":\"a\",\"password\":\"b\"}\u00e2", StandardCharsets.ISO_8859_1),
                arguments("UTF-16", "{\"username\":\"a\",\"password\":\"b\"}", StandardCharsets.UTF_16LE),
                arguments("UTF-16 with a byte order mark", "{\"username\":\"a\",\"password\":\"b\"}", StandardCharsets.UTF_16));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notUtf8")
    void bug15RejectsABodyThatIsNotUtf8(String what, String body, Charset charset) {
        JsonNode problem = problem(postBytes(body.getBytes(charset)), 400);

        assertThat(problem.path("errors")).singleElement().satisfies(error -> assertThat(error.path("field").asText()).isEmpty());
    }

    @Test
    void bug15PassesOverAByteOrderMark() {
        byte[] marked = ("\uFEFF" + api.credentials("admin", "admin123")).getBytes(StandardCharsets.UTF_8);

        assertThat(postBytes(marked).statusCode()).isEqualTo(200);
        problem(postBytes("\uFEFF".getBytes(StandardCharsets.UTF_8)), 400);
        problem(postBytes("\uFEFF\uFEFF{}".getBytes(StandardCharsets.UTF_8)), 400);
    }

    private HttpResponse<String> postBytes(byte[] body) {
        return api.send(api.request("/api/login").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body)).build());
    }

    @Test
    void acceptsTheLongestNameAndPassword() {
        assertThat(api.login("a".repeat(256), "b".repeat(256)).statusCode()).isEqualTo(401);
        assertThat(api.login("\uD83D\uDD12 \u202E <b>", "\u0000\n\uD83D\uDD12").statusCode()).isEqualTo(401);
    }

    @Test
    void answers413ToABodyOver16KiB() {
        String body = api.credentials("a".repeat(17_000), "b");
        HttpRequest chunked = api.request("/api/login").header("Content-Type", "application/json")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(body))).build();

        problem(api.post("/api/login", body), 413);
        problem(api.send(chunked), 413);
        problem(api.post("/api/login", api.credentials("a".repeat(16_000), "b")), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonx", "nonsense",
        "multipart/form-data; boundary=x",
        "multipart/form-data"})
    void answers415ToABodyThatIsNotJson(String mediaType) {
        problem(api.send(api.request("/api/login").header("Content-Type", mediaType)
                .POST(BodyPublishers.ofString(api.credentials("admin", "admin123"))).build()), 415);
    }

    @Test
    void answers415WithoutAMediaTypeAndIgnoresACharset() {
        problem(api.send(api.request("/api/login").POST(BodyPublishers.ofString("{}")).build()), 415);
        problem(api.send(api.request("/api/login").POST(BodyPublishers.noBody()).build()), 400);
        assertThat(api.send(api.request("/api/login").header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(api.credentials("admin", "admin123"))).build()).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api/nothing", "/api/login/below", "/api/profile/", "/error", "/observe/health", "/actuator",
        "/api/login;x=1", "/api/profile;a", "/api/routes/../profile", "/api/./profile", "/api/profile/..", "/api/%6cogin", "/api//login",
        "/api/login/"})
    void answers404ToUnknownPaths(String path) {
        for (HttpResponse<String> response : new HttpResponse[] {
            api.get(path, "Authorization", "Bearer echo-me"),
            api.post(path, "{\"echo\":\"echo-me\"}", "Authorization", "Bearer echo-me")}) {
            assertThat(response.statusCode()).isIn(404, 405);
            problem(response, response.statusCode());
            assertThat(response.body() + response.headers().map()).doesNotContain("echo-me");
        }
        assertThat(log.texts()).as("a line with the path").noneMatch(line -> line.contains(path) && line.contains("cleanPath"));
    }

    @Test
    void answers404ToAPathOfThousandsOfSegments() {
        assertThat(api.get("/a".repeat(7_000)).statusCode()).isEqualTo(404);
        assertThat(api.get("/api/sessions" + "/1".repeat(7_000)).statusCode()).isEqualTo(404);
    }

    @Test
    void answers405WithAllowToAWrongMethod() {
        HttpResponse<String> get = api.get("/api/login");
        HttpResponse<String> delete = api.send(api.request("/api/profile").DELETE().build());
        HttpResponse<String> head = api.send(api.request("/health").method("HEAD", BodyPublishers.noBody()).build());

        problem(get, 405);
        assertThat(get.headers().firstValue("Allow")).hasValue("POST");
        problem(delete, 405);
        assertThat(delete.headers().firstValue("Allow")).hasValue("GET");
        assertThat(head.statusCode()).isEqualTo(405);
        assertThat(head.headers().firstValue("Allow")).hasValue("GET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"' OR 1=1 --", "admin' -- ", "admin\\", "%", "_____", ":#name", "${body}"})
    void treatsSqlInANameAsText(String name) {
        HttpResponse<String> response = api.login(name, "admin123");

        problem(response, 401);
        assertThat(response.body()).isEqualTo(api.login("admin", "wrong").body());
    }

    static Stream<Arguments> tokens() {
        return Stream.of(
                arguments("none", new String[0], "Bearer realm=\"tidewatch\""),
                arguments("another scheme", new String[] {"Authorization", "Basic YWRtaW46YWRtaW4xMjM="}, "Bearer realm=\"tidewatch\""),
                arguments("empty", new String[] {"Authorization", "Bearer "}, null),
                arguments("malformed", Api.bearer("not-a-token"), "Bearer realm=\"tidewatch\", error=\"invalid_token\""),
                arguments("too long", Api.bearer("a".repeat(5_000)), "Bearer realm=\"tidewatch\", error=\"invalid_token\""),
                arguments("unknown", Api.bearer("A".repeat(43)), "Bearer realm=\"tidewatch\", error=\"invalid_token\""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokens")
    void answers401WithAChallengeWithoutAValidToken(String what, String[] headers, String challenge) {
        for (HttpResponse<String> response : new HttpResponse[] {
            api.get("/api/profile", headers), api.get("/me", headers), api.post("/api/logout", "", headers)}) {
            problem(response, 401);
            String sent = response.headers().firstValue("WWW-Authenticate").orElseThrow();
            assertThat(sent).startsWith("Bearer realm=\"tidewatch\"").isEqualTo(challenge == null ? sent : challenge);
        }
    }

    @Test
    void servesTheContractUnchanged() throws Exception {
        HttpResponse<String> response = api.get("/openapi.yaml");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/yaml");
        assertThat(response.body()).isEqualTo(new String(getClass().getResourceAsStream("/camel/http/openapi.yaml").readAllBytes()));
    }

    @Test
    void healthReportsDatabaseKafkaAndChangefeed() {
        // Tests with a named database have no change capture.
        boolean unwatched = TestDatabase.named().isPresent();
        String changefeed = unwatched ? "unwatched" : "moving";
        await().until(() -> api.body(api.get("/health")).path("changefeed").asText().equals(changefeed));
        HttpResponse<String> response = api.get("/health");

        assertThat(response.statusCode()).isEqualTo(200);
        String time = "\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\"";
        assertThat(response.body()).matches(Pattern.quote("{\"status\":\"healthy\",\"database\":\"connected\",\"kafka\":true,"
                + "\"changefeed\":\"" + changefeed + "\",\"rejectedRouteFiles\":0,\"stalledPartitions\":[],\"since\":{\"database\":") + time
                + ",\"kafka\":" + time + ",\"changefeed\":" + (unwatched ? "null" : time) + "}}");
        assertThat(api.get("/health").body()).as("unchanged since").isEqualTo(response.body());
    }

    private JsonNode problem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        JsonNode problem = api.body(response);
        assertThat(problem.fieldNames()).toIterable().startsWith("type", "title", "status", "detail");
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(response.body()).doesNotContainIgnoringCase("exception").doesNotContainIgnoringCase("select ");
        return problem;
    }
}
