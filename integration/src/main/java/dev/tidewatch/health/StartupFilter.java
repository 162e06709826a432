package dev.tidewatch.health;

import dev.tidewatch.changefeed.Changefeed;
import dev.tidewatch.http.ProblemErrorReport;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers 503 until the routes run (instead of 404) and the changefeed is in place: earlier logins would not be captured. The detail of
 * the problem says what is missing.
 */
@Component
@Order(-1)
class StartupFilter extends OncePerRequestFilter {

    private final CamelContext camel;
    private final Supplier<Optional<String>> obstacle;

    @Autowired
    StartupFilter(CamelContext camel, Changefeed changefeed) {
        this(camel, changefeed::obstacle);
    }

    StartupFilter(CamelContext camel, Supplier<Optional<String>> obstacle) {
        this.camel = camel;
        this.obstacle = obstacle;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean running = camel.getStatus().isStarted() || camel.getStatus().isStopping();
        Optional<String> missing = obstacle.get();
        if (running && missing.isEmpty()) {
            chain.doFilter(request, response);
        } else {
            if (running) {
                request.setAttribute(ProblemErrorReport.DETAIL, missing.get());
            }
            response.setHeader(HttpHeaders.RETRY_AFTER, "5");
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
    }
}
