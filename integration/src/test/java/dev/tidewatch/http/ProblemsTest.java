package dev.tidewatch.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.http.ProblemException.FieldError;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
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
        problems.unavailable(exchange, new IllegalStateException("secret"), "Kafka is unavailable");

        assertThat(answer.getHeader("Retry-After")).isEqualTo("5");
        assertThat(answer.getBody(String.class)).contains("Kafka is unavailable. Try again in a few seconds.").doesNotContain("secret");
    }
}
