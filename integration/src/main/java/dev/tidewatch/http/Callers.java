package dev.tidewatch.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

/** Reads the caller of a request. */
@Component("callers")
public class Callers {

    private static final Pattern BEARER = Pattern.compile("Bearer(| .*)", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST_USER_AGENT = 512;
    /** A server lets U+0080 to U+009F pass in a header. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

    private final ClientAddresses clientAddresses;
    private final SessionCookie sessionCookie;

    Callers(ClientAddresses clientAddresses, SessionCookie sessionCookie) {
        this.clientAddresses = clientAddresses;
        this.sessionCookie = sessionCookie;
    }

    /** The caller of an HTTP exchange. */
    public Caller of(Exchange exchange) {
        Message message = exchange.getMessage();
        HttpServletRequest request = message.getHeader(Exchange.HTTP_SERVLET_REQUEST, HttpServletRequest.class);
        return new Caller(clientAddresses.of(request), userAgent(message), bearerToken(request), sessionCookie.read(request),
                RequestForgery.isPossible(request));
    }

    private static String userAgent(Message request) {
        String userAgent = request.getHeader("User-Agent", String.class);
        if (userAgent == null) {
            return null;
        }
        String beginning = userAgent.length() <= LONGEST_USER_AGENT ? userAgent : userAgent.substring(0, LONGEST_USER_AGENT);
        return CONTROL.matcher(beginning).replaceAll("\uFFFD");
    }

    /** Empty if the header has no token: such a client does not authenticate by its cookie. */
    private static String bearerToken(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
        return bearer.matches() ? bearer.group(1).strip() : null;
    }
}
