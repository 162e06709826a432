package dev.tidewatch.routes;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * One line for each exchange that ends with an error which its route does not handle; Camel's own line, which is switched off, would hold
 * the exception's text and the message. What a Kamelet gave is its to report: as a dead letter, or as a wait.
 */
@Component
class FailureLines implements RoutePolicyFactory {

    private static final Logger log = LoggerFactory.getLogger(FailureLines.class);

    @Override
    public RoutePolicy createRoutePolicy(CamelContext camel, String routeId, NamedNode definition) {
        return new RoutePolicySupport() {
            @Override
            public void onExchangeDone(Route route, Exchange exchange) {
                if (exchange.isFailed() && routeId.equals(exchange.getFromRouteId()) && !route.getEndpoint().getEndpointUri().startsWith("kamelet:")) {
                    Throwable cause = NestedExceptionUtils.getMostSpecificCause(exchange.getException());
                    log.atError().addKeyValue("cause", cause.getClass().getName()).log("{} failed", routeId);
                }
            }
        };
    }
}
