package dev.tidewatch.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.Cookie;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class SessionCookieTest {

    private final SessionCookie secure = new SessionCookie(false);
    private final SessionCookie insecure = new SessionCookie(true);

    @Test
    void isSecureUnlessConfiguredOtherwise() {
        assertThat(secure.holding("abc")).isEqualTo("__Host-tidewatch=abc; Path=/; Secure; HttpOnly; SameSite=Strict");
        assertThat(secure.forgotten()).isEqualTo("__Host-tidewatch=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
        assertThat(insecure.holding("abc")).isEqualTo("tidewatch=abc; Path=/; HttpOnly; SameSite=Strict");
        assertThat(insecure.forgotten()).isEqualTo("tidewatch=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    }

    @Test
    void readsItsOwnNameOnly() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        assertThat(secure.read(request)).isNull();
        request.setCookies(new Cookie("a", "1"), new Cookie("tidewatch", "2"), new Cookie("__Host-tidewatch", "3"));
        assertThat(secure.read(request)).isEqualTo("3");
        assertThat(insecure.read(request)).isEqualTo("2");
    }
}
