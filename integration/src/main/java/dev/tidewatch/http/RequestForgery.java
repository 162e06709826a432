package dev.tidewatch.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/**
 * Tells requests that the application's own page sent from those that the page of another site may have made a browser send, cookie and
 * all: by Fetch Metadata, and by the origin where a browser does not send that (it does so over HTTPS and to localhost only). This is
 * what OWASP's Cross-Site Request Forgery Prevention Cheat Sheet asks for.
 */
final class RequestForgery {

    /** Methods that change nothing (RFC 9110, section 9.2.1). */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private RequestForgery() {
    }

    /** Whether a request that changes something lacks the sign that the page sent it, which no other page can give. */
    static boolean isPossible(HttpServletRequest request) {
        if (SAFE.contains(request.getMethod())) {
            return false;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null ? !"same-origin".equals(site) : !isOwn(request.getHeader("Origin"), request.getHeader("Host"));
    }

    /** The scheme is left out: behind a proxy that ends TLS, it is the proxy's. */
    private static boolean isOwn(String origin, String host) {
        return origin != null && host != null && (origin.equalsIgnoreCase("https://" + host) || origin.equalsIgnoreCase("http://" + host));
    }
}
