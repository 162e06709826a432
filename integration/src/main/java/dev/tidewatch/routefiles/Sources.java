package dev.tidewatch.routefiles;

import dev.tidewatch.consumer.ConsumingRoutes;
import dev.tidewatch.consumer.Positions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.springframework.stereotype.Component;

/** The routes that read from Kafka, themselves or by their source Kamelets. */
@Component
class Sources implements ConsumingRoutes {

    private final ModelCamelContext camel;
    private final Positions positions;

    Sources(CamelContext camel, Positions positions) {
        this.camel = (ModelCamelContext) camel;
        this.positions = positions;
    }

    @Override
    public List<ConsumingRoute> list() {
        return List.copyOf(byRoute().values());
    }

    /** The consuming routes by their ids. */
    Map<String, ConsumingRoute> byRoute() {
        Map<String, ConsumingRoute> sources = new LinkedHashMap<>();
        for (Route route : camel.getRoutes()) {
            if (route.getEndpoint() instanceof KafkaEndpoint kafka && kafka.getConfiguration().getGroupId() != null) {
                String id = userOf(route.getRouteId());
                sources.put(id, new ConsumingRoute(id, kafka.getConfiguration().getGroupId(), topics(kafka),
                        isStarted(route.getRouteId()) && isStarted(id)));
            }
        }
        return sources;
    }

    private List<String> topics(KafkaEndpoint kafka) {
        KafkaConfiguration settings = kafka.getConfiguration();
        if (!Objects.equals(settings.getBrokers(), kafka.getComponent().getConfiguration().getBrokers())) {
            return List.of();
        }
        return settings.isTopicIsPattern() ? positions.topics(settings.getGroupId()) : List.of(settings.getTopic().split(","));
    }

    private boolean isStarted(String routeId) {
        ServiceStatus status = camel.getRouteController().getRouteStatus(routeId);
        return status != null && (status.isStarted() || status.isSuspended() || status.isSuspending());
    }

    /** The route that uses the Kamelet of a route, or the route itself. */
    private String userOf(String routeId) {
        RouteDefinition route = camel.getRouteDefinition(routeId);
        Object user = route == null || route.getTemplateParameters() == null ? null
                : route.getTemplateParameters().get(KameletPerRoute.OF_ROUTE);
        return user == null ? routeId : userOf(user.toString());
    }
}
