package dev.tidewatch.support;

import dev.tidewatch.routefiles.RouteControl;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** Routes that a test adds to the application, with their Kamelets. */
public final class Routes implements AutoCloseable {

    private final RouteControl control;
    private final List<String> ids;

    private Routes(RouteControl control, List<String> ids) {
        this.control = control;
        this.ids = ids;
    }

    /** Starts the routes of a YAML text. */
    public static Routes start(CamelContext camel, String name, String yaml) {
        List<String> before = camel.getRoutes().stream().map(Route::getRouteId).toList();
        try {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString(name + ".camel.yaml", yaml));
        } catch (Exception e) {
            throw new AssertionError("Camel refuses the routes " + name, e);
        }
        List<String> ids = new ArrayList<>(camel.getRoutes().stream()
                .filter(route -> !route.isCreatedByKamelet()).map(Route::getRouteId).toList());
        ids.removeAll(before);
        return new Routes(camel.getRegistry().findSingleByType(RouteControl.class), ids);
    }

    /** Stops and removes the routes. */
    @Override
    public void close() {
        for (String id : ids) {
            try {
                control.remove(id);
            } catch (Exception e) {
                throw new AssertionError("Camel cannot remove the route " + id, e);
            }
        }
    }
}
