package dev.tidewatch.routefiles;

import dev.tidewatch.consumer.Polls;
import dev.tidewatch.kafka.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Starts, stops and removes a route together with the routes of its Kamelets. Camel's own commands do not affect those, so that the source
 * of a stopped route would continue to consume. The lock guards Camel's list of route definitions, which several threads change.
 */
@Component("routeControl")
public class RouteControl {

    private static final Logger log = LoggerFactory.getLogger(RouteControl.class);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final ModelCamelContext camel;
    private final Polls polls;
    private final KafkaClients clients;
    private final Set<String> stopping = ConcurrentHashMap.newKeySet();

    RouteControl(CamelContext camel, Polls polls, KafkaClients clients) {
        this.camel = (ModelCamelContext) camel;
        this.polls = polls;
        this.clients = clients;
    }

    /**
     * Starts a stopped route, its source last. Does nothing for a started route.
     *
     * @throws IllegalArgumentException if the route does not exist
     * @throws Exception if Camel cannot start the route; parts of it may be started then
     */
    public void start(String routeId) throws Exception {
        require(routeId);
        List<String> ids = sourcesFirst(routeId);
        for (int i = ids.size() - 1; i >= 0; i--) {
            camel.getRouteController().startRoute(ids.get(i));
        }
    }

    /**
     * Stops a route, its source first, and waits for in-flight exchanges up to Camel's shutdown timeout. Then the source is interrupted. If
     * it still does not stop, it is abandoned and removed from its consumer group.
     *
     * @throws IllegalArgumentException if the route does not exist
     */
    public void stop(String routeId) throws Exception {
        require(routeId);
        stopAll(routeId);
    }

    private void require(String routeId) {
        if (camel.getRouteDefinition(routeId) == null) {
            throw new IllegalArgumentException("The route " + routeId + " does not exist");
        }
    }

    /** Whether a route is being stopped; its in-flight exchanges are not visible to Camel then. */
    boolean isStopping(String routeId) {
        return stopping.contains(routeId);
    }

    /** Whether a route was stopped on request. */
    boolean isStopped(String routeId) {
        return camel.getRouteController().getRouteStatus(routeId) == ServiceStatus.Stopped;
    }

    /**
     * Stops a route as {@link #stop} does, and removes it. Also removes the Kamelets of a route that Camel could not create. Does nothing
     * if the route does not exist.
     */
    public void remove(String routeId) throws Exception {
        List<String> ids = stopAll(routeId);
        synchronized (this) {
            for (String id : ids) {
                // Otherwise Camel stops it again below and waits for abandoned exchanges.
                camel.removeRoute(id);
                RouteDefinition route = camel.getRouteDefinition(id);
                if (route != null) {
                    camel.removeRouteDefinition(route);
                }
            }
        }
    }

    private List<String> stopAll(String routeId) throws Exception {
        List<String> ids = sourcesFirst(routeId);
        long end = System.nanoTime() + camel.getShutdownStrategy().getTimeUnit().toNanos(camel.getShutdownStrategy().getTimeout());
        stopping.add(routeId);
        try {
            for (String id : ids) {
                Route route = camel.getRoute(id);
                if (route != null && !drain(route, end)) {
                    log.warn("Route {} does not stop and is abandoned", routeId);
                    leaveGroup(route);
                }
                // Camel would wait for in-flight exchanges while holding a lock that every start and stop needs.
                camel.getInflightRepository().removeRoute(id);
                camel.getRouteController().stopRoute(id);
            }
        } finally {
            stopping.remove(routeId);
        }
        return ids;
    }

    /** Stops consuming, and waits for in-flight exchanges; false if some are left at the end. */
    private boolean drain(Route route, long end) throws InterruptedException {
        if (route.getEndpoint().getEndpointUri().startsWith("kamelet:")) {
            // Its exchanges belong to the calling route, which is drained by now; after an interruption Camel's count is wrong.
            return true;
        }
        if (!(route.getConsumer() instanceof ShutdownAware other && other.deferShutdown(route.getShutdownRunningTask()))) {
            ServiceHelper.stopService(route.getConsumer());
        }
        while (camel.getInflightRepository().size(route.getRouteId()) > 0) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            Thread.sleep(PAUSE.toMillis());
        }
        return true;
    }

    /** Otherwise the next version of the route gets no partitions until the abandoned thread polls again. */
    private void leaveGroup(Route route) {
        if (route.getEndpoint() instanceof KafkaEndpoint kafka && kafka.getConfiguration().getGroupId() != null) {
            String group = kafka.getConfiguration().getGroupId();
            polls.forget(group);
            try {
                clients.removeMembers(group);
            } catch (KafkaException e) {
                log.warn("Cannot remove the members of the consumer group {}: {}", group, e.getClass().getName());
            }
        }
    }

    /** The ids of the routes of a route's Kamelets, including nested Kamelets. */
    public synchronized List<String> kamelets(String routeId) {
        List<String> found = new ArrayList<>();
        for (RouteDefinition route : List.copyOf(camel.getRouteDefinitions())) {
            if (Boolean.TRUE.equals(route.isKamelet()) && route.getTemplateParameters() != null
                    && routeId.equals(route.getTemplateParameters().get(KameletPerRoute.OF_ROUTE))) {
                found.add(route.getId());
                found.addAll(kamelets(route.getId()));
            }
        }
        return found;
    }

    /** The ids of the source Kamelets, of the route itself, and of the Kamelets that it calls. */
    private synchronized List<String> sourcesFirst(String routeId) {
        List<String> ids = new ArrayList<>();
        List<String> called = new ArrayList<>();
        for (String kamelet : kamelets(routeId)) {
            boolean isCalled = camel.getRouteDefinition(kamelet).getInput().getEndpointUri().startsWith("kamelet:");
            (isCalled ? called : ids).add(kamelet);
        }
        ids.add(routeId);
        ids.addAll(called);
        return ids;
    }
}
