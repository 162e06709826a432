package dev.tidewatch.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;

/**
 * Writes a problem detail into each error response without a body: unknown path or method, body too large, request rejected by Tomcat.
 * It replaces Tomcat's HTML page. Public, because Tomcat instantiates it by name.
 */
public class ProblemErrorReport extends ErrorReportValve {

    /** Request attribute with the detail of the problem, as a string; without it the detail depends on the status. */
    public static final String DETAIL = ProblemErrorReport.class.getName() + ".detail";

    private static final Logger log = LoggerFactory.getLogger(ProblemErrorReport.class);

    private final ObjectMapper json = Jackson2ObjectMapperBuilder.json().build();

    @Override
    protected void report(Request request, Response response, Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        if (failure != null && status >= 500) {
            log.error("A request failed outside the routes", failure);
        }
        // Tomcat drops all headers when a request fails outside the routes.
        ResponseHeaders.set(request, response);
        try {
            byte[] body = json.writeValueAsBytes(problem(status, (String) request.getAttribute(DETAIL)));
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            log.debug("The client disconnected before its error response", e);
        }
    }

    private static ProblemDetail problem(int status, String detail) {
        HttpStatus known = HttpStatus.resolve(status);
        return ProblemDetail.forStatusAndDetail(known != null ? known : HttpStatus.INTERNAL_SERVER_ERROR,
                detail != null ? detail : detail(status));
    }

    private static String detail(int status) {
        return switch (status) {
            case 403 -> "Cross-origin requests from this origin are not allowed.";
            case 404 -> "No operation has this path; GET /openapi.yaml lists the operations.";
            case 405 -> "This path does not support this method; the Allow header lists the supported ones.";
            case 413 -> "The body is too large.";
            case 415 -> "Send the body as application/json.";
            case 501 -> "This method or transfer coding is not supported.";
            case 503 -> "Tidewatch is starting or stopping. Try again in a few seconds.";
            default -> status < 500 ? "The request is malformed." : "An unexpected error occurred; see the log.";
        };
    }
}
