package dev.tidewatch.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;

/** Answers a failed request with a problem detail. */
@Component("problems")
public class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private final ObjectMapper json;

    Problems(ObjectMapper json) {
        this.json = json;
    }

    /** Replaces the message of the exchange by the problem and its headers. */
    public void answer(Exchange exchange, @ExchangeException ErrorResponse problem) {
        Message answer = exchange.getMessage();
        answer.removeHeaders("*");
        problem.getHeaders().toSingleValueMap().forEach(answer::setHeader);
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, problem.getStatusCode().value());
        answer.setHeader(Exchange.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        try {
            answer.setBody(json.writeValueAsString(problem.getBody()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A problem detail consists of strings and numbers", e);
        }
    }

    /** 503 for a request that finds no free slot. It logs nothing: a flood of requests would flood the log. */
    public void noSlot(Exchange exchange) {
        answer(exchange, new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, "Too many logins are in progress. Try again in a second.")
                .withHeader(HttpHeaders.RETRY_AFTER, "1"));
    }

    /**
     * Logs that a request gets 503.
     *
     * @param cause  the whole exception; {@code @ExchangeException} would pass its root cause or a suppressed exception
     * @param reason a sentence without its full stop
     */
    public void logRefusal(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable cause, String reason) {
        log.warn("Request refused: {} ({})", reason, NestedExceptionUtils.getMostSpecificCause(cause).getClass().getName());
    }

    /**
     * 503 for a request that may succeed a few seconds later.
     *
     * @param reason a sentence without its full stop
     */
    public void unavailable(Exchange exchange, String reason) {
        answer(exchange, new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, reason + ". Try again in a few seconds.")
                .withHeader(HttpHeaders.RETRY_AFTER, "5"));
    }

    /** 500; the log has the whole stack trace. */
    public void unexpected(Exchange exchange, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        log.error("A request failed", failure);
        answer(exchange, new ProblemException(HttpStatus.INTERNAL_SERVER_ERROR, "An unexpected error occurred; see the log."));
    }
}
