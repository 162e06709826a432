package dev.tidewatch.api;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

/** Reads from a request who sent it. */
@Component("callers")
public class Callers {

    private static final String SCHEME = "Bearer ";
    private static final int LONGEST_USER_AGENT = 512;

    private final ClientAddresses clientAddresses;

    Callers(ClientAddresses clientAddresses) {
        this.clientAddresses = clientAddresses;
    }

    /** The caller of an exchange that came in over HTTP. */
    public Caller of(Exchange exchange) {
        Message request = exchange.getMessage();
        String address = clientAddresses.of(request.getHeader(Exchange.HTTP_SERVLET_REQUEST, HttpServletRequest.class));
        return new Caller(address, userAgent(request), bearerToken(request));
    }

    private static String userAgent(Message request) {
        String userAgent = request.getHeader("User-Agent", String.class);
        return userAgent == null || userAgent.length() <= LONGEST_USER_AGENT ? userAgent : userAgent.substring(0, LONGEST_USER_AGENT);
    }

    private static String bearerToken(Message request) {
        String authorization = request.getHeader("Authorization", String.class);
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? authorization.substring(SCHEME.length()).strip() : null;
    }
}
