package dev.tidewatch.routefiles;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
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
 * Counts the exchanges of every route since it was loaded, and those that failed. A line a second at most tells of the latter, if the route
 * does not handle the error; Camel's own line, which is switched off, would hold the exception's text and the message. What a Kamelet gave is
 * its to report: as a dead letter, or as a wait.
 */
@Component
class RouteCounts implements RoutePolicyFactory {

    private static final Logger log = LoggerFactory.getLogger(RouteCounts.class);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

    private final Map<String, Counts> counts = new ConcurrentHashMap<>();

    /**
     * What a route has done.
     *
     * @param exchanges exchanges that have ended
     * @param failures those of them that ended with an exception
     */
    record Counts(LongAdder exchanges, LongAdder failures) {
    }

    Counts of(String routeId) {
        return counts.getOrDefault(routeId, new Counts(new LongAdder(), new LongAdder()));
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext camel, String routeId, NamedNode route) {
        Counts fresh = new Counts(new LongAdder(), new LongAdder());
        counts.put(routeId, fresh);
        return new RoutePolicySupport() {

            private final AtomicLong nextLine = new AtomicLong(System.nanoTime());
            private final LongAdder untold = new LongAdder();

            @Override
            public void onExchangeDone(Route done, Exchange exchange) {
                fresh.exchanges().increment();
                if (exchange.isFailed()) {
                    fresh.failures().increment();
                    if (routeId.equals(exchange.getFromRouteId()) && !done.getEndpoint().getEndpointUri().startsWith("kamelet:")) {
                        tell(exchange.getException());
                    }
                }
            }

            private void tell(Throwable failure) {
                untold.increment();
                long now = System.nanoTime();
                long due = nextLine.get();
                if (now - due >= 0 && nextLine.compareAndSet(due, now + BETWEEN_LINES.toNanos())) {
                    log.atError().addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(failure).getClass().getName())
                            .addKeyValue("failures", untold.sumThenReset()).log("{} failed", routeId);
                }
            }

            @Override
            public void onRemove(Route removed) {
                counts.remove(routeId, fresh);
            }
        };
    }
}
