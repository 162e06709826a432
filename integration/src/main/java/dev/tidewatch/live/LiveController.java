package dev.tidewatch.live;

import dev.tidewatch.http.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * {@code GET /api/events}. The route {@code live-events} admits the client or answers with a problem. Spring MVC serves the stream,
 * because Camel's platform-http writes the response only when a route has ended.
 */
class LiveController {

    private static final Logger log = LoggerFactory.getLogger(LiveController.class);

    private final ProducerTemplate camel;
    private final LiveClients clients;

    LiveController(ProducerTemplate camel, LiveClients clients) {
        this.camel = camel;
        this.clients = clients;
    }

    @GetMapping("/api/events")
    SseEmitter events(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Exchange exchange = camel.request("direct:live-events",
                admission -> admission.getMessage().setHeader(Exchange.HTTP_SERVLET_REQUEST, request));
        Message answer = exchange.getMessage();
        Integer status = answer.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (status != null) {
            answer(response, status, answer);
            return null;
        }
        // A proxy that compresses the stream would hold events back until it has a block.
        response.setHeader("Cache-Control", "no-store, no-transform");
        // Makes nginx forward each event without buffering.
        response.setHeader("X-Accel-Buffering", "no");
        Caller caller = exchange.getVariable("caller", Caller.class);
        int recent = exchange.getVariable("recent", Integer.class);
        return clients.open(request.getHeader("Last-Event-ID"), recent, () -> isSessionOpen(caller));
    }

    /**
     * The client has closed the connection, which is no error. Without this handler Tomcat logs one.
     *
     * @param response unused; as a parameter it tells Spring that the response is complete
     */
    @ExceptionHandler
    void clientDisconnected(IOException e, HttpServletResponse response) {
        log.debug("A client closed its event stream", e);
    }

    private boolean isSessionOpen(Caller caller) {
        Exchange check = camel.request("direct:check-live-session", exchange -> exchange.setVariable("caller", caller));
        return !Boolean.TRUE.equals(check.getVariable("sessionEnded"));
    }

    private static void answer(HttpServletResponse response, int status, Message answer) throws IOException {
        response.setStatus(status);
        answer.getHeaders().forEach((name, value) -> {
            if (!name.startsWith("Camel")) {
                response.setHeader(name, String.valueOf(value));
            }
        });
        response.getOutputStream().write(answer.getBody(String.class).getBytes(StandardCharsets.UTF_8));
    }
}
