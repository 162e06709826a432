package dev.tidewatch.embedded.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class UiFilterTest {

    private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final MockFilterChain application = new MockFilterChain();

    @ParameterizedTest
    @ValueSource(strings = {"/", "/routes", "/sign-in", "/nothing", "/index.html"})
    void servesIndexToBrowsers(String path) throws Exception {
        request("GET", path, BROWSER);
        assertThat(response.getContentAsString()).contains("<title>Test</title>");
        assertThat(response.getContentType()).isEqualTo("text/html;charset=utf-8");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-cache");
        assertThat(response.getHeader("Content-Security-Policy")).contains("script-src 'self'").doesNotContain("unsafe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", ""})
    void servesIndexAtTheRootWhateverTheClientAccepts(String accept) throws Exception {
        request("GET", "/", accept);
        assertThat(response.getContentAsString()).contains("<title>Test</title>");
    }

    @Test
    void letsBrowsersCacheHashedFilesForever() throws Exception {
        request("GET", "/assets/index-aB_9-x.js", "*/*");
        assertThat(response.getContentAsString()).contains("export");
        assertThat(response.getContentType()).isEqualTo("text/javascript;charset=utf-8");
        assertThat(response.getHeader("Cache-Control")).contains("immutable");
    }

    @ParameterizedTest
    @CsvSource({"/, default, html", "/assets/index-aB_9-x.js, ~^/assets/, js"})
    void sendsTheSameHeadersAsNginx(String path, String caching, String file) throws Exception {
        String nginx = Files.readString(Path.of("../ui/nginx.conf"));
        request("GET", path, BROWSER);
        assertThat(nginx)
            .contains("\n    add_header Content-Security-Policy \"" + response.getHeader("Content-Security-Policy") + "\" always;\n")
            .containsPattern("\n    " + Pattern.quote(caching) + " \"?" + Pattern.quote(response.getHeader("Cache-Control")) + "\"?;\n")
            .contains("\n    " + response.getContentType().replace(";charset=utf-8", "") + " " + file + ";\n")
            .contains("\n  charset utf-8;\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/routes", "/api/nothing", "/health", "/me", "/login", "/openapi.yaml"})
    void passesApiPathsToTheApplication(String path) throws Exception {
        request("GET", path, BROWSER);
        assertThat(application.getRequest()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/assets/nothing.js", "/assets/../assets/index-aB_9-x.js", "//assets/index-aB_9-x.js"})
    void passesRequestsWithoutAFileToTheApplication(String path) throws Exception {
        request("GET", path, "*/*");
        assertThat(application.getRequest()).isNotNull();
    }

    @Test
    void passesOtherMethodsToTheApplication() throws Exception {
        request("POST", "/routes", BROWSER);
        assertThat(application.getRequest()).isNotNull();
    }

    private void request(String method, String path, String accept) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest(method, path);
        request.addHeader("Accept", accept);
        new UiFilter().doFilter(request, response, application);
    }
}
