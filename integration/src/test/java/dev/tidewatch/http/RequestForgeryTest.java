package dev.tidewatch.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class RequestForgeryTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            POST,   same-origin, -,                             localhost:8080, false
            DELETE, same-origin, https://localhost:8080,        localhost:8080, false
            POST,   same-origin, https://evil.example,          localhost:8080, false
            POST,   cross-site,  http://localhost:8080,         localhost:8080, true
            POST,   same-site,   -,                             localhost:8080, true
            POST,   none,        -,                             localhost:8080, true
            POST,   Same-Origin, -,                             localhost:8080, true
            POST,   '',          http://localhost:8080,         localhost:8080, true
            POST,   -,           -,                             localhost:8080, true
            PUT,    -,           http://localhost:8080,         localhost:8080, false
            DELETE, -,           https://app.example,           app.example,    false
            POST,   -,           https://App.Example,           app.example,    false
            POST,   -,           https://app.example:8443,      app.example,    true
            POST,   -,           https://evil.example,          app.example,    true
            POST,   -,           https://app.example.evil.test, app.example,    true
            POST,   -,           https://evilapp.example,       app.example,    true
            POST,   -,           app.example,                   app.example,    true
            POST,   -,           null,                          app.example,    true
            POST,   -,           https://app.example,           -,              true
            PATCH,  -,           -,                             app.example,    true
            get,    -,           -,                             app.example,    true
            GET,    cross-site,  https://evil.example,          app.example,    false
            HEAD,   -,           -,                             app.example,    false
            """)
    void detectsPossibleForgery(String method, String site, String origin, String host, boolean possible) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/api/logout");
        header(request, "Sec-Fetch-Site", site);
        header(request, "Origin", origin);
        header(request, "Host", host);

        assertThat(RequestForgery.isPossible(request)).isEqualTo(possible);
    }

    private static void header(MockHttpServletRequest request, String name, String value) {
        if (value != null) {
            request.addHeader(name, value);
        }
    }
}
