package dev.tidewatch.http;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/**
 * The cookie with a browser's access token. Scripts cannot read it, other sites do not send it, and the prefix {@code __Host-} prevents
 * other hosts from setting it (RFC 6265bis, section 4.1.3). It is a session cookie: the database knows when the token expires.
 */
@Component("sessionCookie")
public class SessionCookie {

    private final String name;
    private final boolean secure;

    @Autowired
    SessionCookie(HttpProperties settings) {
        this(settings.insecureCookie());
    }

    /** Sets the cookie's name and attributes; {@code __Host-} requires {@code Secure}. */
    SessionCookie(boolean insecure) {
        name = insecure ? "tidewatch" : "__Host-tidewatch";
        secure = !insecure;
    }

    /** The {@code Set-Cookie} header that stores the token. */
    public String holding(String token) {
        return cookie(token).build().toString();
    }

    /** The {@code Set-Cookie} header that deletes the cookie. */
    public String forgotten() {
        return cookie("").build() + "; Max-Age=0";
    }

    /** The value of the cookie; null if the request has none. */
    String read(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(name)) {
                    return cookie.getValue();
                }
            }
        }
        return null;
    }

    private ResponseCookie.ResponseCookieBuilder cookie(String value) {
        return ResponseCookie.from(name, value).path("/").secure(secure).httpOnly(true).sameSite("Strict");
    }
}
