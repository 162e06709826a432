package dev.tidewatch.routes;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.springframework.stereotype.Component;

/** Counts the exchanges of every route since it was loaded, and those that failed. */
@Component
class RouteCounts implements RoutePolicyFactory {

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
            @Override
            public void onExchangeDone(Route done, Exchange exchange) {
                fresh.exchanges().increment();
                if (exchange.isFailed()) {
                    fresh.failures().increment();
                }
            }

            @Override
            public void onRemove(Route removed) {
                counts.remove(routeId, fresh);
            }
        };
    }
}
