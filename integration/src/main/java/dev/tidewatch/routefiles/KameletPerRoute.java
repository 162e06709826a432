package dev.tidewatch.routefiles;

import dev.tidewatch.routefiles.check.Kamelets;
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
 * Gives each route Kamelets of its own. Camel takes two uses of a Kamelet with the same parameters for one: it refuses the second route
 * that begins with it, and lets the others share what was made for the first. A Kamelet with a name is one of its own
 * ({@code kamelet:log-event-sink/name}), so each gets the name of its route, which also is the id of the Kamelet's route.
 */
@Component
public class KameletPerRoute extends ModelLifecycleStrategySupport {

    /** A template parameter of the route that is a Kamelet: the id of the route that uses it. Camel's own, parentRouteId, may be another's. */
    public static final String OF_ROUTE = "ofRoute";

    private static final String SCHEME = "kamelet:";

    private final AtomicInteger unnamed = new AtomicInteger();

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        // Until Camel gives one to a route without an id.
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

    /** A Kamelet with a name, and with the parameter {@code ofRoute}, by which a route's Kamelets are found. */
    private static String own(String uri, String routeId, String use) {
        String kamelet = kamelet(uri);
        String parameters = uri.contains("?") ? uri.substring(uri.indexOf('?') + 1) + "&" : "";
        String name = kamelet.contains("/") ? "" : "/" + routeId.replaceAll("[^\\w.-]", "-") + "." + use;
        return SCHEME + kamelet + name + "?" + parameters + OF_ROUTE + "=RAW(" + routeId + ")";
    }

    private static String kamelet(String uri) {
        return uri.substring(SCHEME.length()).replaceFirst("^//", "").replaceFirst("\\?.*", "");
    }

    /** Whether it is a Kamelet; {@code source} and {@code sink} are the ends of one, seen from inside. */
    private static boolean isKamelet(String uri) {
        return uri != null && uri.startsWith(SCHEME) && !kamelet(uri).equals("source") && !kamelet(uri).equals("sink");
    }
}
