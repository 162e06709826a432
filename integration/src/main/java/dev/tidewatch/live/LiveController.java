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
 * {@code GET /api/events}. A route admits the client or answers with a problem; only the stream itself is Spring's, because Camel's
 * platform-http answers when a route has ended.
 */
class LiveController {

    private static final Logger log = LoggerFactory.getLogger(LiveController.class);

    private final ProducerTemplate camel;
    private final LiveStreams streams;

    LiveController(ProducerTemplate camel, LiveStreams streams) {
        this.camel = camel;
        this.streams = streams;
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
        // A proxy such as nginx hands each event on at once.
        response.setHeader("X-Accel-Buffering", "no");
        Caller caller = exchange.getVariable("caller", Caller.class);
        int recent = exchange.getVariable("recent", Integer.class);
        return streams.open(request.getHeader("Last-Event-ID"), recent, () -> isSessionOpen(caller));
    }

    /**
     * Nobody is there to be told; without this Tomcat takes it for an error of the application, and writes a line.
     *
     * @param response is not used; a method that takes it is one that has answered
     */
    @ExceptionHandler
    void clientIsGone(IOException e, HttpServletResponse response) {
        log.debug("A client of the events is gone", e);
    }

    private boolean isSessionOpen(Caller caller) {
        Exchange check = camel.request("direct:check-live-session", exchange -> exchange.setVariable("caller", caller));
        return !Boolean.TRUE.equals(check.getVariable("sessionIsOver"));
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
