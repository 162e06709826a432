package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.Kamelets;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.consumer.Polls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
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
 * Starts, stops and removes a route together with the routes that its Kamelets are. Camel's own commands leave those as they are, so that
 * the source of a stopped route would go on reading. Its lock guards Camel's list of definitions, which several threads change.
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
     * Starts a route that is stopped; its source begins when everything else is ready. Of one that runs, nothing happens.
     *
     * @throws IllegalArgumentException when there is no such route
     * @throws Exception when Camel cannot start it; what was started by then runs
     */
    public void start(String routeId) throws Exception {
        require(routeId);
        List<String> ids = sourcesFirst(routeId);
        for (int i = ids.size() - 1; i >= 0; i--) {
            camel.getRouteController().startRoute(ids.get(i));
        }
    }

    /**
     * Stops a route, its source first; what is under way is handled, for as long as Camel waits at a shutdown. A source that takes longer is
     * interrupted, and what does not end then is left to itself, out of its consumer group.
     *
     * @throws IllegalArgumentException when there is no such route
     */
    public void stop(String routeId) throws Exception {
        require(routeId);
        stopAll(routeId);
    }

    private void require(String routeId) {
        if (camel.getRouteDefinition(routeId) == null) {
            throw new IllegalArgumentException("There is no route " + routeId);
        }
    }

    /** Whether a route is about to stop; Camel does not know of what is under way in it then. */
    boolean isStopping(String routeId) {
        return stopping.contains(routeId);
    }

    /** Whether a route that is there does not run, because somebody stopped it. */
    boolean isStopped(String routeId) {
        return camel.getRouteController().getRouteStatus(routeId) == ServiceStatus.Stopped;
    }

    /**
     * Stops a route as {@link #stop} does and forgets it. Of one that Camel refused to make, Kamelets may run that were made before; they are
     * removed, too. Nothing happens when there is nothing.
     */
    public void remove(String routeId) throws Exception {
        List<String> ids = stopAll(routeId);
        synchronized (this) {
            for (String id : ids) {
                // Else Camel stops it once more below, and waits for what has been given up.
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
                if (route != null && !comesToRest(route, end)) {
                    log.warn("{} does not end and is left to itself", routeId);
                    leaveGroup(route);
                }
                // Camel waits for what is under way with a lock that every other start and stop waits for.
                camel.getInflightRepository().removeRoute(id);
                camel.getRouteController().stopRoute(id);
            }
        } finally {
            stopping.remove(routeId);
        }
        return ids;
    }

    /** Takes nothing more, and waits until the end for what is under way. */
    private boolean comesToRest(Route route, long end) throws InterruptedException {
        if (route.getEndpoint().getEndpointUri().startsWith("kamelet:")) {
            // What is under way in it is so in the route that it was called from, which rests by now; after an interruption Camel counts wrong.
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

    /** So that the next version of a route reads on; its own thread would do so with its next poll only. */
    private void leaveGroup(Route route) {
        if (route.getEndpoint() instanceof KafkaEndpoint kafka && kafka.getConfiguration().getGroupId() != null) {
            String group = kafka.getConfiguration().getGroupId();
            polls.forget(group);
            try {
                clients.removeMembers(group);
            } catch (KafkaException e) {
                log.warn("{} cannot be taken out of its consumer group: {}", group, e.getClass().getName());
            }
        }
    }

    /** The routes that a route's Kamelets are, and those of the Kamelets in them. */
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

    /** The Kamelets that give the route its events, the route, and the Kamelets that it calls. */
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
