package dev.tidewatch.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** A request that comes before the routes run. */
class StartingUpTest {

    @Test
    void itIs503UntilTheRoutesRun() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            StartingUp filter = new StartingUp(camel);
            MockHttpServletResponse early = new MockHttpServletResponse();
            MockFilterChain nothing = new MockFilterChain();
            filter.doFilter(new MockHttpServletRequest("POST", "/api/login"), early, nothing);

            assertThat(early.getStatus()).isEqualTo(503);
            assertThat(early.getHeader("Retry-After")).isEqualTo("5");
            assertThat(nothing.getRequest()).as("reached the routes").isNull();

            camel.start();
            MockFilterChain routes = new MockFilterChain();
            filter.doFilter(new MockHttpServletRequest("POST", "/api/login"), new MockHttpServletResponse(), routes);
            assertThat(routes.getRequest()).isNotNull();
        }
    }
}
