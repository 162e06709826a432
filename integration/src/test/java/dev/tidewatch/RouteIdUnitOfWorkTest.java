package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.UnitOfWorkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The route id in the MDC. */
class RouteIdUnitOfWorkTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private ProducerTemplate template;
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final Processor look = exchange -> seen.add(MDC.get("camel.routeId"));

    @BeforeEach
    void start() throws Exception {
        camel.getCamelContextExtension().addContextPlugin(UnitOfWorkFactory.class, new RouteIdUnitOfWork.Factory());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:outer").routeId("outer").process(look).to("direct:inner").process(look);
                from("direct:inner").routeId("inner").process(look);
                from("direct:other-thread").routeId("other-thread").process(look)
                        .threads().executorService(thread).process(look).to("direct:inner").process(look);
                from("direct:transaction").routeId("transaction")
                        .process(exchange -> exchange.getUnitOfWork().beginTransactedBy(this)).to("direct:outer").process(look)
                        .process(exchange -> exchange.getUnitOfWork().endTransactedBy(this));
                from("direct:split").routeId("split").split(body()).process(look).to("direct:inner");
            }
        });
        camel.start();
        template = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        camel.stop();
        thread.shutdown();
        MDC.clear();
    }

    @Test
    void namesTheRouteOfEachStep() {
        request("direct:outer");

        assertThat(seen).containsExactly("outer", "inner", "outer");
    }

    @Test
    void restoresTheIdOfTheCallersRoute() {
        MDC.put("camel.routeId", "caller");

        request("direct:outer");

        assertThat(MDC.get("camel.routeId")).isEqualTo("caller");
    }

    @Test
    void namesTheRouteOnEachThreadAndLeavesNothingThere() throws Exception {
        request("direct:other-thread");

        assertThat(seen).containsExactly("other-thread", "other-thread", "inner", "other-thread");
        assertThat(thread.submit(() -> MDC.get("camel.routeId")).get()).isNull();
    }

    @Test
    void namesTheRouteInATransaction() {
        request("direct:transaction");

        assertThat(seen).containsExactly("outer", "inner", "outer", "transaction");
    }

    @Test
    void namesTheRouteOfEachPart() {
        request("direct:split");

        assertThat(seen).containsExactly("split", "inner", "split", "inner");
    }

    private void request(String endpoint) {
        Exchange answer = template.request(endpoint, exchange -> exchange.getMessage().setBody(List.of("a", "b")));

        assertThat(answer.getException()).isNull();
    }
}
