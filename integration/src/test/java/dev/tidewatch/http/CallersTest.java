package dev.tidewatch.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class CallersTest {

    private final Callers callers = new Callers(new ClientAddresses(List.of()), new SessionCookie(false));

    @Test
    void bug26ReplacesControlCharactersOfTheUserAgent() {
        assertThat(userAgent("evil\u009B31m\u009B2Jred\u0085next \u00e9")).isEqualTo("evil\uFFFD31m\uFFFD2Jred\uFFFDnext \u00e9");
    }

    @Test
    void cutsTheUserAgentToTheLengthOfItsColumn() {
        assertThat(userAgent("a".repeat(512))).hasSize(512);
        assertThat(userAgent("a".repeat(513))).hasSize(512);
        assertThat(userAgent(null)).isNull();
    }

    private String userAgent(String header) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader(Exchange.HTTP_SERVLET_REQUEST, new MockHttpServletRequest());
        exchange.getMessage().setHeader("User-Agent", header);
        return callers.of(exchange).userAgent();
    }
}
