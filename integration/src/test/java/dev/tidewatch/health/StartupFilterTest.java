package dev.tidewatch.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.http.ProblemErrorReport;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class StartupFilterTest {

    @Test
    void answers503UntilTheRoutesRunAndTheChangefeedIsInPlace() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            AtomicReference<String> obstacle = new AtomicReference<>("The changefeed is not registered yet.");
            StartupFilter filter = new StartupFilter(camel, () -> Optional.ofNullable(obstacle.get()));
            MockHttpServletResponse early = new MockHttpServletResponse();
            MockFilterChain nothing = new MockFilterChain();
            filter.doFilter(new MockHttpServletRequest("POST", "/api/login"), early, nothing);

            assertThat(early.getStatus()).isEqualTo(503);
            assertThat(early.getHeader("Retry-After")).isEqualTo("5");
            assertThat(nothing.getRequest()).as("reached the routes").isNull();

            camel.start();
            MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/login");
            MockHttpServletResponse waiting = new MockHttpServletResponse();
            filter.doFilter(request, waiting, new MockFilterChain());
            assertThat(waiting.getStatus()).as("without a changefeed").isEqualTo(503);
            assertThat(request.getAttribute(ProblemErrorReport.DETAIL)).isEqualTo("The changefeed is not registered yet.");

            obstacle.set(null);
            MockFilterChain routes = new MockFilterChain();
            filter.doFilter(new MockHttpServletRequest("POST", "/api/login"), new MockHttpServletResponse(), routes);
            assertThat(routes.getRequest()).isNotNull();
        }
    }
}
