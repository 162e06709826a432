package dev.tidewatch.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class StartupFilterTest {

    @Test
    void answers503UntilTheRoutesRunAndTheChangefeedIsInPlace() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            AtomicBoolean inPlace = new AtomicBoolean();
            StartupFilter filter = new StartupFilter(camel, inPlace::get);
            MockHttpServletResponse early = new MockHttpServletResponse();
            MockFilterChain nothing = new MockFilterChain();
            filter.doFilter(new MockHttpServletRequest("POST", "/api/login"), early, nothing);

            assertThat(early.getStatus()).isEqualTo(503);
            assertThat(early.getHeader("Retry-After")).isEqualTo("5");
            assertThat(nothing.getRequest()).as("reached the routes").isNull();

            camel.start();
            MockHttpServletResponse waiting = new MockHttpServletResponse();
            filter.doFilter(new MockHttpServletRequest("POST", "/api/login"), waiting, new MockFilterChain());
            assertThat(waiting.getStatus()).as("without a changefeed").isEqualTo(503);

            inPlace.set(true);
            MockFilterChain routes = new MockFilterChain();
            filter.doFilter(new MockHttpServletRequest("POST", "/api/login"), new MockHttpServletResponse(), routes);
            assertThat(routes.getRequest()).isNotNull();
        }
    }
}
