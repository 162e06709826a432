package dev.tidewatch.routefiles;

import dev.tidewatch.consumer.Polls;
import dev.tidewatch.routefiles.check.RouteFile;
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

/** Loads and unloads the routes of a file in the running context, all or none. */
@Component
class RouteLoader {

    private final ModelCamelContext camel;
    private final RouteControl control;
    private final Polls polls;
    /** Set on the thread that loads a file. Other threads create routes, too: those of Kamelets in {@code toD}. */
    private final ThreadLocal<NewRoutes> loading = new ThreadLocal<>();

    /**
     * The routes of a file that Camel has created but not started.
     *
     * @param own      the routes to start
     * @param kamelets the routes of their Kamelets
     */
    private record NewRoutes(List<RouteDefinition> own, List<RouteDefinition> kamelets) {
    }

    RouteLoader(CamelContext camel, RouteControl control, Polls polls) {
        this.camel = (ModelCamelContext) camel;
        this.control = control;
        this.polls = polls;
        this.camel.addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
            @Override
            public void onAddRouteDefinition(RouteDefinition route) {
                if (loading.get() != null) {
                    hold(route, loading.get());
                }
            }
        });
    }

    /** Prevents Camel from starting a route before it has accepted all routes of the file. */
    private void hold(RouteDefinition route, NewRoutes created) {
        boolean isKamelet = route.getTemplateParameters() != null && route.getTemplateParameters().containsKey(KameletPerRoute.OF_ROUTE);
        if (isKamelet) {
            created.kamelets().add(route);
        } else if (route.getAutoStartup() == null || CamelContextHelper.parseBoolean(camel, route.getAutoStartup())) {
            created.own().add(route);
        }
        route.setAutoStartup("false");
    }

    /**
     * Loads all routes of a file, then starts them.
     *
     * @param held the ids of the routes to leave stopped
     * @throws Exception if Camel rejects a route; no route of the file is left then
     */
    void load(RouteFile file, Set<String> held) throws Exception {
        try {
            for (RouteDefinition route : create(file)) {
                // Camel creates no route if its precondition is false.
                if (camel.getRoute(route.getId()) != null && !held.contains(route.getId())) {
                    control.start(route.getId());
                }
            }
        } catch (Exception | LinkageError | StackOverflowError e) {
            unload(file);
            throw e;
        }
    }

    private List<RouteDefinition> create(RouteFile file) throws Exception {
        NewRoutes routes = new NewRoutes(new ArrayList<>(), new ArrayList<>());
        synchronized (control) {
            loading.set(routes);
            try {
                PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:" + file.path(), file.text()));
            } finally {
                loading.remove();
                routes.kamelets().forEach(kamelet -> removeDuplicate(kamelet.getId()));
            }
        }
        return routes.own();
    }

    /** Camel 4.17 creates the route of a Kamelet a second time if it is not started automatically, and keeps the first one. */
    private void removeDuplicate(String routeId) {
        List<Route> duplicates = camel.getRoutes().stream().filter(route -> route.getId().equals(routeId)).toList();
        duplicates.stream().limit(Math.max(0, duplicates.size() - 1)).forEach(first -> {
            ServiceHelper.stopAndShutdownServices(first.getServices());
            camel.getCamelContextExtension().removeRoute(first);
        });
    }

    /** The routes of a file that were stopped on request. */
    Set<String> stopped(RouteFile file) {
        return RouteFolder.ids(file).stream().filter(control::isStopped).collect(Collectors.toSet());
    }

    /**
     * Stops and removes the routes of a file and of their Kamelets, as {@link RouteControl#stop} describes.
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

    /** Discards the handled but uncommitted records of the consumer groups of a removed file. */
    void forget(RouteFile removed) {
        groups(removed).forEach(polls::forget);
    }

    /** The same for groups that the next version of a file does not have. */
    void forgetAllBut(RouteFile next, RouteFile before) {
        Set<String> left = groups(before);
        left.removeAll(groups(next));
        left.forEach(polls::forget);
    }

    /** The id of a route is the default group of its source. */
    private static Set<String> groups(RouteFile file) {
        return file.routes().stream().flatMap(route -> Stream.concat(Stream.of(route.id()), route.groups().stream()))
                .collect(Collectors.toSet());
    }
}
