package dev.tidewatch.routefiles;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.springframework.stereotype.Component;

/**
 * Gives each route its own Kamelets. Camel treats two uses of a Kamelet with the same parameters as one: it rejects the second route that
 * starts with it, and otherwise shares the first one. A Kamelet with a name ({@code kamelet:log-event-sink/name}) is never shared, so each
 * gets a name with the id of its route. The name is also the id of the route that Camel creates for the Kamelet.
 */
@Component
public class KameletPerRoute extends ModelLifecycleStrategySupport {

    /** The template parameter with the id of the route that uses the Kamelet. Camel's parentRouteId can be that of another route. */
    public static final String OF_ROUTE = "ofRoute";

    private static final String SCHEME = "kamelet:";

    private final AtomicInteger unnamed = new AtomicInteger();

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        // Camel sets a missing id later.
        String id = route.getId() != null ? route.getId() : "route-" + unnamed.incrementAndGet();
        FromDefinition from = route.getInput();
        if (isKamelet(from.getUri())) {
            from.setUri(own(from.getUri(), id, "source"));
        }
        Map<String, Integer> uses = new HashMap<>();
        for (ToDefinition to : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)) {
            if (isKamelet(to.getUri())) {
                to.setUri(own(to.getUri(), id, use(to.getUri(), uses)));
            }
        }
        for (KameletDefinition kamelet : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), KameletDefinition.class)) {
            String uri = SCHEME + kamelet.getName();
            if (isKamelet(uri)) {
                kamelet.setName(own(uri, id, use(uri, uses)).substring(SCHEME.length()));
            }
        }
    }

    private static String use(String uri, Map<String, Integer> uses) {
        String kamelet = kamelet(uri);
        int use = uses.merge(kamelet, 1, Integer::sum);
        return kamelet + (use == 1 ? "" : "." + use);
    }

    /** The URI with a name, and with the parameter {@code ofRoute}, which identifies the Kamelets of a route. */
    private static String own(String uri, String routeId, String use) {
        String kamelet = kamelet(uri);
        String parameters = uri.contains("?") ? uri.substring(uri.indexOf('?') + 1) + "&" : "";
        String name = kamelet.contains("/") ? "" : "/" + routeId.replaceAll("[^\\w.-]", "-") + "." + use;
        return SCHEME + kamelet + name + "?" + parameters + OF_ROUTE + "=RAW(" + routeId + ")";
    }

    private static String kamelet(String uri) {
        return uri.substring(SCHEME.length()).replaceFirst("^//", "").replaceFirst("\\?.*", "");
    }

    /** Whether the URI calls a Kamelet; {@code source} and {@code sink} are endpoints inside one. */
    private static boolean isKamelet(String uri) {
        return uri != null && uri.startsWith(SCHEME) && !kamelet(uri).equals("source") && !kamelet(uri).equals("sink");
    }
}
