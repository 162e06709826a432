package dev.tidewatch.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tidewatch.support.Api;
import dev.tidewatch.support.ApplicationTest;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The security headers of every response. */
class ResponseHeadersIT extends ApplicationTest {

    private static final Map<String, String> EXPECTED = Map.of(
            "x-content-type-options", "nosniff",
            "content-security-policy", "default-src 'none'; frame-ancestors 'none'",
            "referrer-policy", "no-referrer",
            "cache-control", "no-store");

    @LocalServerPort
    private int port;

    @Test
    void everyOperationSendsThem() throws Exception {
        String token = api.token();
        JsonNode paths = new YAMLMapper().readTree(api.get("/openapi.yaml").body()).path("paths");

        assertThat(paths).hasSizeGreaterThan(10);
        paths.fieldNames().forEachRemaining(template -> {
            String path = template.replaceAll("\\{\\w+}", "nothing");
            for (String[] headers : new String[][] {{}, Api.bearer(token)}) {
                check("GET " + path, api.get(path, headers));
                check("POST " + path, api.post(path, "{}", headers));
                check("DELETE " + path, api.send(api.request(path, headers).DELETE().build()));
                check("OPTIONS " + path, api.send(api.request(path, headers).method("OPTIONS", BodyPublishers.noBody()).build()));
                token(path, token);
            }
        });
        check("login", api.login("admin", "admin123"));
        check("profile", api.get("/api/profile", Api.bearer(api.token())));
    }

    /** Logs in again after an operation that ended the session. */
    private void token(String path, String token) {
        if (path.equals("/api/logout")) {
            database.update("UPDATE access_tokens SET revoked_at = NULL");
        }
    }

    @Test
    void errorsOutsideTheRoutesSendThem() {
        check("nothing", api.get("/nothing"));
        check("a path that is none", api.get("/api/%6cogin"));
        check("a large body", api.post("/api/login", "x".repeat(20_000)));
        check("no JSON", api.send(api.request("/api/login").header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("x")).build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /health\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET /../.. HTTP/1.1\r\nHost: x\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a|b HTTP/1.1\r\nHost: x\r\n\r\n", "NONSENSE\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n"})
    void requestsRejectedByTomcatDoNotNameTheServer(String request) throws Exception {
        String answer = raw(request);

        assertThat(answer).doesNotContainIgnoringCase("tomcat").doesNotContainIgnoringCase("\nserver:").doesNotContain("<html");
        if (answer.contains("\r\nContent-Type:")) {
            EXPECTED.forEach((name, value) -> assertThat(answer).containsIgnoringCase("\r\n" + name + ": " + value + "\r\n"));
        }
    }

    @Test
    void oversizedHeadersDoNotNameTheServer() throws Exception {
        requestsRejectedByTomcatDoNotNameTheServer("GET /health HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
    }

    /** UiFilterTest covers Content-Security-Policy and Cache-Control of the UI. */
    @Test
    void nginxSendsThemWithTheUi() throws Exception {
        String nginx = Files.readString(Path.of("../ui/nginx.conf"));
        Map<String, String> ofThePage = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Pattern.compile("(?m)^    add_header (\\S+) (\"[^\"]+\"|\\S+)( always)?;$").matcher(nginx).results()
                .forEach(header -> ofThePage.put(header.group(1), header.group(2)));

        assertThat(ofThePage).containsOnlyKeys("X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy", "Cache-Control")
                .containsEntry("X-Content-Type-Options", EXPECTED.get("x-content-type-options"))
                .containsEntry("Referrer-Policy", EXPECTED.get("referrer-policy"));
        // Proxied responses have the application's headers only.
        assertThat(Pattern.compile("(?m)^      add_header .*$").matcher(locations(nginx, "~ ")).results().map(MatchResult::group))
                .containsExactly("      add_header X-Content-Type-Options " + EXPECTED.get("x-content-type-options") + " always;");
        assertThat(nginx).contains("\n      proxy_hide_header X-Content-Type-Options;\n");
    }

    @Test
    void nginxSendsThemWithItsOwnErrors() throws Exception {
        for (String error : List.of("@unavailable", "@too-large")) {
            Map<String, String> headers = new TreeMap<>();
            Pattern.compile("(?m)^      add_header (\\S+) \"?([^\"]+?)\"? always;$")
                    .matcher(locations(Files.readString(Path.of("../ui/nginx.conf")), error)).results()
                    .forEach(header -> headers.put(header.group(1).toLowerCase(Locale.ROOT), header.group(2)));
            assertThat(headers).as(error).containsAllEntriesOf(EXPECTED);
        }
    }

    /** The blocks whose location begins with this text. */
    private static String locations(String nginx, String name) {
        return Pattern.compile("(?s)\n    location " + Pattern.quote(name) + ".*?\n    }").matcher(nginx).results().map(MatchResult::group)
                .collect(Collectors.joining());
    }

    @Test
    void allowsNoOtherOriginByDefault() {
        for (String origin : List.of("https://page.example", "null", "http://localhost:" + port)) {
            HttpResponse<String> answer = api.get("/health", "Origin", origin);
            HttpResponse<String> preflight = api.send(api.request("/api/login", "Origin", origin, "Access-Control-Request-Method", "POST")
                    .method("OPTIONS", BodyPublishers.noBody()).build());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().map().keySet()).noneMatch(name -> name.toLowerCase().startsWith("access-control"));
            assertThat(preflight.headers().map().keySet()).noneMatch(name -> name.toLowerCase().startsWith("access-control"));
        }
    }

    private static void check(String what, HttpResponse<String> response) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(response.headers().map());
        EXPECTED.forEach((name, value) -> assertThat(headers.get(name)).as(what + ", " + response.statusCode() + ", " + name)
                .containsExactly(value));
        assertThat(headers).as(what).doesNotContainKeys("Server", "X-Powered-By", "Strict-Transport-Security");
    }

    private String raw(String request) throws Exception {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
