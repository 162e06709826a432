package dev.tidewatch.embedded.ui;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Serves the files of the UI. {@code /}, and a browser that opens another address outside the API, gets {@code index.html}, because the UI
 * routes on the client. All other requests go to the application.
 */
final class UiFilter extends OncePerRequestFilter {

    private static final Pattern FILE = Pattern.compile("/(?:assets/)?[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*\\.(js|css|svg)");
    private static final Map<String, String> TYPES = Map.of(
        "js", "text/javascript;charset=utf-8",
        "css", "text/css;charset=utf-8",
        "svg", "image/svg+xml");
    private static final Set<String> API_PATHS = Set.of("/login", "/me", "/health", "/openapi.yaml");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if ("GET".equals(request.getMethod())) {
            String path = request.getRequestURI();
            Matcher file = FILE.matcher(path);
            // File names in assets/ contain a hash of the content.
            String caching = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
            if (file.matches() && send(path, TYPES.get(file.group(1)), caching, response)) {
                return;
            }
            if (isPageLoad(request, path) && send("/index.html", "text/html;charset=utf-8", "no-cache", response)) {
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private static boolean isPageLoad(HttpServletRequest request, String path) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return path.equals("/")
            || accept != null && accept.contains("text/html") && !path.startsWith("/api/") && !API_PATHS.contains(path);
    }

    private static boolean send(String path, String type, String caching, HttpServletResponse response) throws IOException {
        try (InputStream file = UiFilter.class.getResourceAsStream("/ui" + path)) {
            if (file == null) {
                return false;
            }
            response.setContentType(type);
            response.setHeader(HttpHeaders.CACHE_CONTROL, caching);
            response.setHeader("Content-Security-Policy", POLICY);
            file.transferTo(response.getOutputStream());
            return true;
        }
    }
}
