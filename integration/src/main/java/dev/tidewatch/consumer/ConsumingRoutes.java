package dev.tidewatch.consumer;

import java.util.List;

/** Lists the routes that read from Kafka. */
public interface ConsumingRoutes {

    /** The routes of all capabilities and of all route files that currently exist. */
    List<ConsumingRoute> list();

    /**
     * A route that reads from Kafka, itself or by its source Kamelet.
     *
     * @param topics  the names of its topics, for a pattern of those that it has read; empty if they are not in Tidewatch's Kafka
     * @param started false if the route was stopped on request, or is being started or stopped
     */
    record ConsumingRoute(String routeId, String groupId, List<String> topics, boolean started) {
    }
}
