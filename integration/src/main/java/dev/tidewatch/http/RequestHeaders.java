package dev.tidewatch.http;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;
import org.springframework.stereotype.Component;

/**
 * Lets only known request headers into an exchange, and no query parameter.
 * Camel reads a client's headers and query parameters into message headers, where names such as {@code kafka.OVERRIDE_TOPIC}
 * (CVE-2026-49098) steer components and where the Kafka producer takes record headers from. What a client is known by is no header either:
 * a route that sends on what it got would send it along.
 */
@Component("requestHeaders")
class RequestHeaders extends HttpHeaderFilterStrategy {

    private static final Set<String> KNOWN = Set.of("user-agent", "content-type", "accept");

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return !KNOWN.contains(name.toLowerCase(Locale.ROOT));
    }
}
