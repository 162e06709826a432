package dev.tidewatch.health;

import dev.tidewatch.changefeed.Changefeed;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers 503 until the routes run (instead of 404) and the changefeed is in place: earlier logins would not be captured.
 */
@Component
@Order(-1)
class StartupFilter extends OncePerRequestFilter {

    private final CamelContext camel;
    private final BooleanSupplier changefeedIsInPlace;

    @Autowired
    StartupFilter(CamelContext camel, Changefeed changefeed) {
        this(camel, changefeed::isInPlace);
    }

    StartupFilter(CamelContext camel, BooleanSupplier changefeedIsInPlace) {
        this.camel = camel;
        this.changefeedIsInPlace = changefeedIsInPlace;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean running = camel.getStatus().isStarted() || camel.getStatus().isStopping();
        if (running && changefeedIsInPlace.getAsBoolean()) {
            chain.doFilter(request, response);
        } else {
            response.setHeader(HttpHeaders.RETRY_AFTER, "5");
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
    }
}
