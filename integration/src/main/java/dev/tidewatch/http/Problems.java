package dev.tidewatch.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/** Answers a failed request with a problem detail. */
@Component("problems")
public class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final String RETRY_AFTER_SECONDS = "5";

    private final ObjectMapper json;

    Problems(ObjectMapper json) {
        this.json = json;
    }

    /** 401 for a login: the same for an unknown user, a wrong password and a locked account. */
    public void wrongCredentials(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.UNAUTHORIZED, "The user name or the password is wrong."));
        exchange.getMessage().setHeader("WWW-Authenticate", "Bearer realm=\"tidewatch\"");
    }

    /** 503 for a login that finds no place to wait; without a line in the log, of which a flood would make thousands. */
    public void noPlace(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "Too many logins are under way. Try again in a second."));
        exchange.getMessage().setHeader("Retry-After", "1");
    }

    /** 503 for a client that wants to see events and finds no place. */
    public void tooManyStreams(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "Too many clients see the events, or the application is stopping."
                + " Try again in a few seconds."));
        exchange.getMessage().setHeader("Retry-After", RETRY_AFTER_SECONDS);
    }

    /**
     * 429 for a login from a network that has none left.
     *
     * @param retryAfter after how many seconds there will be one
     */
    public void tooManyLogins(Exchange exchange, @Variable("retryAfter") long retryAfter) {
        answer(exchange, Problem.of(HttpStatus.TOO_MANY_REQUESTS, "Too many logins come from your address. Try again later."));
        exchange.getMessage().setHeader("Retry-After", String.valueOf(retryAfter));
    }

    /** 401 for a request without a token that holds (RFC 6750, section 3). */
    public void invalidToken(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.UNAUTHORIZED,
                "Send the token of a login as 'Authorization: Bearer <token>', or its cookie; this one is missing, malformed, expired or logged out."));
        Caller caller = exchange.getVariable("caller", Caller.class);
        boolean sent = caller != null && caller.token() != null;
        exchange.getMessage().setHeader("WWW-Authenticate",
                sent ? "Bearer realm=\"tidewatch\", error=\"invalid_token\"" : "Bearer realm=\"tidewatch\"");
    }

    /** 403 for what the page of another site may have made a browser send. */
    public void forgedRequest(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.FORBIDDEN, "The session cookie is for this application's own page, which the header "
                + "Sec-Fetch-Site or Origin has to say. Other clients send 'Authorization: Bearer <token>'."));
    }

    /** 403 for a change of the password: the same for a wrong password and a locked account; the session goes on. */
    public void wrongPassword(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.FORBIDDEN, "The current password is wrong.",
                new Problem.FieldError("currentPassword", "is wrong")));
    }

    /** 400 for a field whose value fits the contract and nothing else. */
    public void badField(Exchange exchange) {
        BadFieldException wrong = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, BadFieldException.class);
        answer(exchange, Problem.of(HttpStatus.BAD_REQUEST, "A field has a value that cannot be used.",
                new Problem.FieldError(wrong.field(), wrong.getMessage())));
    }

    /** 404 for a session that is not the caller's, or not open. */
    public void unknownSession(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.NOT_FOUND, "You have no such session; GET /api/sessions lists those that are open."));
    }

    /** 404 for a topic that has no dead letters here. */
    public void unknownTopic(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.NOT_FOUND, "There is no such dead-letter topic; GET /api/dead-letters lists them."));
    }

    /** 404 for a letter that never was, or that Kafka has deleted. */
    public void unknownLetter(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.NOT_FOUND, "No dead letter stands there: there never was one, or Kafka has deleted it after"
                + " its time."));
    }

    /** 404 for a route that no file of the user's has. */
    public void unknownRoute(Exchange exchange) {
        answer(exchange, Problem.of(HttpStatus.NOT_FOUND, "None of your route files has such a route; GET /api/routes lists those that are your own."));
    }

    /** 503 while the database is away. */
    public void databaseAway(Exchange exchange) {
        refuse(exchange, "the database is away");
    }

    /** 503 when another transaction was in the way, and for the errors with which TiDB asks for another try. */
    public void databaseBusy(Exchange exchange) {
        refuse(exchange, "the database is busy");
    }

    /** 503 while Kafka is away. */
    public void kafkaAway(Exchange exchange) {
        refuse(exchange, "Kafka is away");
    }

    /** 503 while another request replays the same dead letters. */
    public void anotherReplay(Exchange exchange) {
        refuse(exchange, "another replay of this topic is under way");
    }

    /** 500 for what nobody foresaw; the log has the whole of it. */
    public void unexpected(Exchange exchange) {
        log.error("A request failed", exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        answer(exchange, Problem.of(HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; the log says what."));
    }

    private void refuse(Exchange exchange, String reason) {
        log.warn("A request was refused, because {}: {}", reason, rootCause(exchange).getClass().getName());
        answer(exchange, Problem.of(HttpStatus.SERVICE_UNAVAILABLE, StringUtils.capitalize(reason) + ". Try again in a few seconds."));
        exchange.getMessage().setHeader("Retry-After", RETRY_AFTER_SECONDS);
    }

    /** Writes the problem as the answer, and nothing else of what the exchange held. */
    void answer(Exchange exchange, Problem problem) {
        Message answer = exchange.getMessage();
        answer.removeHeaders("*");
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, problem.status());
        answer.setHeader(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
        answer.setBody(text(problem));
    }

    String text(Problem problem) {
        try {
            return json.writeValueAsString(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A problem of strings and numbers can always be written", e);
        }
    }

    private static Throwable rootCause(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
