package dev.tidewatch;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.impl.engine.DefaultUnitOfWork;
import org.apache.camel.spi.InflightRepository;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.spi.UnitOfWorkFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;

/**
 * Puts the id of the route whose step runs into the MDC, for the {@code routeId} of log lines. Camel's own MDC logging sets and removes
 * eight keys at each step, of which the log lines have one; docs/operate/benchmarks.md has the difference.
 */
final class RouteIdUnitOfWork extends DefaultUnitOfWork {

    private final Thread creator = Thread.currentThread();
    private final String outside = MDC.get(MDC_ROUTE_ID);
    private final InflightRepository inflight;

    private RouteIdUnitOfWork(Exchange exchange, InflightRepository inflight) {
        super(exchange, inflight, exchange.getContext().isAllowUseOriginalMessage(), false);
        this.inflight = inflight;
    }

    @Override
    public UnitOfWork createChildUnitOfWork(Exchange child) {
        return new RouteIdUnitOfWork(child, inflight);
    }

    @Override
    public boolean isBeforeAfterProcess() {
        return true;
    }

    @Override
    public AsyncCallback beforeProcess(Processor step, Exchange exchange, AsyncCallback callback) {
        Thread thread = Thread.currentThread();
        String before = MDC.get(MDC_ROUTE_ID);
        show(getRoute());
        return doneSync -> {
            // A step that ends on another thread, such as that of the Kafka producer, must not leave the id there.
            restore(Thread.currentThread() == thread ? before : null);
            callback.done(doneSync);
        };
    }

    @Override
    public void done(Exchange exchange) {
        super.done(exchange);
        // A step that went on on another thread left the id here.
        restore(Thread.currentThread() == creator ? outside : null);
    }

    /** Camel does not call {@link #beforeProcess} in a transaction, which stays on its thread. */
    @Override
    public void pushRoute(Route route) {
        super.pushRoute(route);
        if (isTransacted()) {
            show(route);
        }
    }

    @Override
    public Route popRoute() {
        Route left = super.popRoute();
        if (isTransacted()) {
            show(getRoute());
        }
        return left;
    }

    private static void show(Route route) {
        if (route != null) {
            MDC.put(MDC_ROUTE_ID, route.getRouteId());
        }
    }

    private static void restore(String routeId) {
        if (routeId == null) {
            MDC.remove(MDC_ROUTE_ID);
        } else {
            MDC.put(MDC_ROUTE_ID, routeId);
        }
    }

    /** Creates the units of work of the application's Camel context. */
    @Component
    static final class Factory implements UnitOfWorkFactory {

        private InflightRepository inflight;

        @Override
        public UnitOfWork createUnitOfWork(Exchange exchange) {
            return new RouteIdUnitOfWork(exchange, inflight);
        }

        @Override
        public void afterPropertiesConfigured(CamelContext camel) {
            inflight = camel.getInflightRepository();
        }
    }
}
