package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.Kamelets;
import dev.tidewatch.routefiles.check.RouteFile;
import dev.tidewatch.consumer.Polls;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.springframework.stereotype.Component;

/** Puts the routes of a file into the running context, all or none, and takes them out again. */
@Component
class RouteLoader {

    private final ModelCamelContext camel;
    private final RouteControl control;
    private final Polls polls;
    /** On the thread that loads a file. Other threads make routes, too: a {@code toD} its Kamelet. */
    private final ThreadLocal<Made> made = new ThreadLocal<>();

    /**
     * What Camel makes of a file without starting it.
     *
     * @param own      the routes that start by themselves
     * @param kamelets the routes that their Kamelets are
     */
    private record Made(List<RouteDefinition> own, List<RouteDefinition> kamelets) {
    }

    RouteLoader(CamelContext camel, RouteControl control, Polls polls) {
        this.camel = (ModelCamelContext) camel;
        this.control = control;
        this.polls = polls;
        this.camel.addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
            @Override
            public void onAddRouteDefinition(RouteDefinition route) {
                if (made.get() != null) {
                    hold(route, made.get());
                }
            }
        });
    }

    /** Camel starts each route before it makes the next one, which it may refuse. */
    private void hold(RouteDefinition route, Made made) {
        boolean isKamelet = route.getTemplateParameters() != null && route.getTemplateParameters().containsKey(KameletPerRoute.OF_ROUTE);
        if (isKamelet) {
            made.kamelets().add(route);
        } else if (route.getAutoStartup() == null || CamelContextHelper.parseBoolean(camel, route.getAutoStartup())) {
            made.own().add(route);
        }
        route.setAutoStartup("false");
    }

    /**
     * Starts the routes of a file, when Camel has taken all of them.
     *
     * @param held the ids of those that are not to start yet
     * @throws Exception why Camel does not take them; none of them is left then
     */
    void load(RouteFile file, Set<String> held) throws Exception {
        try {
            for (RouteDefinition route : make(file)) {
                // Of a route whose precondition is not met there is nothing.
                if (camel.getRoute(route.getId()) != null && !held.contains(route.getId())) {
                    control.start(route.getId());
                }
            }
        } catch (Exception | LinkageError | StackOverflowError e) {
            unload(file);
            throw e;
        }
    }

    private List<RouteDefinition> make(RouteFile file) throws Exception {
        Made routes = new Made(new ArrayList<>(), new ArrayList<>());
        synchronized (control) {
            made.set(routes);
            try {
                PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:" + file.path(), file.text()));
            } finally {
                made.remove();
                routes.kamelets().forEach(kamelet -> removeTwin(kamelet.getId()));
            }
        }
        return routes.own();
    }

    /** Camel 4.17 makes the route of a Kamelet once more that has not started by itself, and keeps the first one beside it. */
    private void removeTwin(String routeId) {
        List<Route> twins = camel.getRoutes().stream().filter(route -> route.getId().equals(routeId)).toList();
        twins.stream().limit(Math.max(0, twins.size() - 1)).forEach(first -> {
            ServiceHelper.stopAndShutdownServices(first.getServices());
            camel.getCamelContextExtension().removeRoute(first);
        });
    }

    /** Those of a file's routes that are there and do not run, because somebody stopped them. */
    Set<String> stopped(RouteFile file) {
        return RouteFolder.ids(file).stream().filter(control::isStopped).collect(Collectors.toSet());
    }

    /**
     * Stops and removes the routes of a file, with those that their Kamelets made. What is under way in them ends first; see
     * {@link RouteControl#stop} for how long that may take.
     */
    void unload(RouteFile file) throws Exception {
        for (String id : RouteFolder.ids(file)) {
            control.remove(id);
        }
        for (String id : file.configurations()) {
            if (camel.getRouteConfigurationDefinition(id) != null) {
                camel.removeRouteConfiguration(camel.getRouteConfigurationDefinition(id));
            }
        }
    }

    /** Forgets what the consumer groups of a file that is gone have handled and not committed. */
    void forget(RouteFile gone) {
        groups(gone).forEach(polls::forget);
    }

    /** Likewise those that its next version has no more. */
    void forgetAllBut(RouteFile next, RouteFile before) {
        Set<String> left = groups(before);
        left.removeAll(groups(next));
        left.forEach(polls::forget);
    }

    /** A source without a group has the route's id. */
    private static Set<String> groups(RouteFile file) {
        return file.routes().stream().flatMap(route -> Stream.concat(Stream.of(route.id()), route.groups().stream())).collect(Collectors.toSet());
    }
}
