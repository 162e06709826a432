package dev.tidewatch.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidewatch.http.ProblemException.FieldError;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;

class ProblemsTest {

    private final Problems problems = new Problems(Jackson2ObjectMapperBuilder.json().build());
    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private final Message answer = exchange.getMessage();

    @Test
    void answerReplacesTheMessageByTheProblem() {
        answer.setHeader("Authorization", "secret");

        problems.answer(exchange, new ProblemException(HttpStatus.FORBIDDEN, "The password is wrong.")
                .withErrors(new FieldError("password", "is wrong"), new FieldError("", "is old")).withHeader("X-Reason", "password"));

        assertThat(answer.getHeaders()).isEqualTo(Map.of("CamelHttpResponseCode", 403, "Content-Type", "application/problem+json",
                "X-Reason", "password"));
        assertThat(answer.getBody()).isEqualTo("{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,"
                + "\"detail\":\"The password is wrong.\","
                + "\"errors\":[{\"field\":\"password\",\"detail\":\"is wrong\"},{\"field\":\"\",\"detail\":\"is old\"}]}");
    }

    @Test
    void unexpectedErrorsDoNotLeakTheirText() {
        problems.unexpected(exchange, new IllegalStateException("secret"));

        assertThat(answer.getBody()).isEqualTo("{\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500,"
                + "\"detail\":\"An unexpected error occurred; see the log.\"}");
    }

    @Test
    void unavailableServicesAskForARetry() {
        problems.unavailable(exchange, "Kafka is unavailable");

        assertThat(answer.getHeader("Retry-After")).isEqualTo("5");
        assertThat(answer.getBody(String.class)).contains("Kafka is unavailable. Try again in a few seconds.");
    }

    @Test
    void logsTheWholeStackTraceOfAnUnexpectedError() throws Exception {
        IllegalStateException failure = new IllegalStateException("outer", new IllegalArgumentException("inner"));
        failure.addSuppressed(new IOException("close failed"));

        ILoggingEvent line = lineOf("unexpected", failure);

        assertThat(line.getThrowableProxy().getMessage()).isEqualTo("outer");
        assertThat(line.getThrowableProxy().getCause().getMessage()).isEqualTo("inner");
    }

    @Test
    void logsTheRootCauseOfAnUnavailableService() throws Exception {
        IllegalStateException failure = new IllegalStateException("outer", new IllegalArgumentException("inner"));
        failure.addSuppressed(new IOException("close failed"));

        ILoggingEvent line = lineOf("logRefusal(*, 'Kafka is unavailable')", failure);

        assertThat(line.getFormattedMessage()).isEqualTo("Request refused: Kafka is unavailable (java.lang.IllegalArgumentException)");
    }

    /** Fails an exchange, as a route does, and returns the line that a method of {@link Problems} logs for it. */
    private ILoggingEvent lineOf(String method, Exception failure) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Problems.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    onException(Throwable.class).handled(true).bean(problems, method);
                    from("direct:request").throwException(failure);
                }
            });
            camel.start();
            camel.createProducerTemplate().send("direct:request", request -> { });
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list).hasSize(1);
        return lines.list.get(0);
    }
}
