package dev.tidewatch.routes;

import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.stereotype.Component;

/** Puts the routes of a file into the running context, all or none, and takes them out again. */
@Component
class RouteLoader {

    private final ModelCamelContext camel;
    private final RouteControl control;

    RouteLoader(CamelContext camel, RouteControl control) {
        this.camel = (ModelCamelContext) camel;
        this.control = control;
    }

    /**
     * Starts the routes of a file.
     *
     * @throws Exception why Camel does not take them; none of them is left then
     */
    void load(RouteFile file) throws Exception {
        try {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:" + file.path(), file.text()));
        } catch (Exception e) {
            unload(file);
            throw e;
        }
    }

    /** Stops and removes the routes of a file, with those that their Kamelets made. What is under way in them ends first. */
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
}
