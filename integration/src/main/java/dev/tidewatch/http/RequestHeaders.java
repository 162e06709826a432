package dev.tidewatch.http;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;
import org.springframework.stereotype.Component;

/**
 * Copies only known request headers into an exchange, and no query parameters.
 * Camel would copy all of them into message headers, where names such as {@code kafka.OVERRIDE_TOPIC} (CVE-2026-49098) control components
 * and from where the Kafka producer takes record headers. Credentials are excluded, too: a route that forwards its message would leak them.
 */
@Component("requestHeaders")
class RequestHeaders extends HttpHeaderFilterStrategy {

    private static final Set<String> KNOWN = Set.of("user-agent", "content-type", "accept");

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return !KNOWN.contains(name.toLowerCase(Locale.ROOT));
    }
}
