package dev.tidewatch.routes;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.springframework.stereotype.Component;

/**
 * Starts, stops and removes a route together with the routes that its Kamelets are. Camel's own commands leave those as they are, so that
 * the source of a stopped route would go on reading.
 */
@Component("routeControl")
public class RouteControl {

    private final ModelCamelContext camel;

    RouteControl(CamelContext camel) {
        this.camel = (ModelCamelContext) camel;
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
     * Stops a route, its source first; what is under way is handled, for as long as Camel waits at a shutdown.
     *
     * @throws IllegalArgumentException when there is no such route
     */
    public void stop(String routeId) throws Exception {
        require(routeId);
        for (String id : sourcesFirst(routeId)) {
            camel.getRouteController().stopRoute(id);
        }
    }

    private void require(String routeId) {
        if (camel.getRouteDefinition(routeId) == null) {
            throw new IllegalArgumentException("There is no route " + routeId);
        }
    }

    /**
     * Stops a route and forgets it. Of one that Camel refused to make, Kamelets may run that were made before; they are removed, too.
     * Nothing happens when there is nothing.
     */
    public void remove(String routeId) throws Exception {
        List<String> ids = sourcesFirst(routeId);
        for (String id : ids) {
            camel.getRouteController().stopRoute(id);
        }
        for (String id : ids) {
            RouteDefinition route = camel.getRouteDefinition(id);
            if (route != null) {
                camel.removeRouteDefinition(route);
            }
        }
    }

    /** The routes that a route's Kamelets are, and those of the Kamelets in them. */
    public List<String> kamelets(String routeId) {
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
    private List<String> sourcesFirst(String routeId) {
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
