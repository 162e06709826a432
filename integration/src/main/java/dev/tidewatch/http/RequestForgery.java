package dev.tidewatch.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/**
 * Detects requests that another site may have made a browser send together with the session cookie: by Fetch Metadata, or by the origin
 * where browsers omit Fetch Metadata (plain HTTP to another host than localhost). It follows OWASP's Cross-Site Request Forgery Prevention
 * Cheat Sheet.
 */
final class RequestForgery {

    /** Methods that change nothing (RFC 9110, section 9.2.1). */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private RequestForgery() {
    }

    /** Whether a request changes something and does not prove that the UI sent it. */
    static boolean isPossible(HttpServletRequest request) {
        if (SAFE.contains(request.getMethod())) {
            return false;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null ? !"same-origin".equals(site) : !isOwn(request.getHeader("Origin"), request.getHeader("Host"));
    }

    /** Ignores the scheme: behind a proxy that terminates TLS, it is the proxy's. */
    private static boolean isOwn(String origin, String host) {
        return origin != null && host != null && (origin.equalsIgnoreCase("https://" + host) || origin.equalsIgnoreCase("http://" + host));
    }
}
