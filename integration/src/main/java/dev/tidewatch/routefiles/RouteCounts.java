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
 * Counts the exchanges and failures of every route since it was loaded. Failures that a route does not handle are logged at most once a
 * second; Camel's own log of them, which would contain exception texts and messages, is switched off. Failures behind a source Kamelet are
 * logged there, as dead letters or retries.
 */
@Component
class RouteCounts implements RoutePolicyFactory {

    private static final Logger log = LoggerFactory.getLogger(RouteCounts.class);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

    private final Map<String, ExchangeCounts> counts = new ConcurrentHashMap<>();

    /**
     * The counters of a route.
     *
     * @param exchanges completed exchanges, including failures
     * @param failures exchanges that ended with an exception
     */
    record ExchangeCounts(LongAdder exchanges, LongAdder failures) {
    }

    ExchangeCounts of(String routeId) {
        return counts.getOrDefault(routeId, new ExchangeCounts(new LongAdder(), new LongAdder()));
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext camel, String routeId, NamedNode route) {
        ExchangeCounts counters = new ExchangeCounts(new LongAdder(), new LongAdder());
        counts.put(routeId, counters);
        return new RoutePolicySupport() {

            private final AtomicLong nextLine = new AtomicLong(System.nanoTime());
            private final LongAdder unreported = new LongAdder();

            @Override
            public void onExchangeDone(Route done, Exchange exchange) {
                counters.exchanges().increment();
                if (exchange.isFailed()) {
                    counters.failures().increment();
                    if (routeId.equals(exchange.getFromRouteId()) && !done.getEndpoint().getEndpointUri().startsWith("kamelet:")) {
                        report(exchange.getException());
                    }
                }
            }

            private void report(Throwable failure) {
                unreported.increment();
                long now = System.nanoTime();
                long due = nextLine.get();
                if (now - due >= 0 && nextLine.compareAndSet(due, now + BETWEEN_LINES.toNanos())) {
                    log.atError().addKeyValue("cause", NestedExceptionUtils.getMostSpecificCause(failure).getClass().getName())
                            .addKeyValue("failures", unreported.sumThenReset()).log("{} failed", routeId);
                }
            }

            @Override
            public void onRemove(Route removed) {
                counts.remove(routeId, counters);
            }
        };
    }
}
