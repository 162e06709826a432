package dev.tidewatch.consumer;

import dev.tidewatch.consumer.ConsumingRoutes.ConsumingRoute;
import dev.tidewatch.kafka.Brokers;
import dev.tidewatch.kafka.PartitionReader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Watches how far every consumer group has read, and reports partitions that are stalled, whatever the reason. The gauges are
 * {@code tidewatch.consumer.lag}, in records, not a number while it is unknown, and {@code tidewatch.consumer.stalled}, in partitions, one
 * per route.
 */
@Component("consumerWatch")
public class ConsumerWatch {

    private static final Logger log = LoggerFactory.getLogger(ConsumerWatch.class);

    private final ConsumingRoutes routes;
    private final Positions positions;
    private final ConsumerCounts counts;
    private final PollFailures failures;
    private final Brokers brokers;
    private final PartitionReader reader;
    private final MeterRegistry meters;
    private final StallWatch stalls;
    private final Set<String> metered = ConcurrentHashMap.newKeySet();
    private volatile Map<String, RouteLag> latest = Map.of();

    /**
     * How far a route has read.
     *
     * @param lag     records that the group has not handled; null if unknown
     * @param stalled its stalled partitions
     */
    public record RouteLag(Long lag, List<StalledPartition> stalled) {
    }

    ConsumerWatch(ConsumingRoutes routes, Positions positions, ConsumerCounts counts, PollFailures failures, Brokers brokers,
            PartitionReader reader, MeterRegistry meters, ConsumerProperties settings) {
        this.routes = routes;
        this.positions = positions;
        this.counts = counts;
        this.failures = failures;
        this.brokers = brokers;
        this.reader = reader;
        this.meters = meters;
        this.stalls = new StallWatch(settings.stalledAfter(), Clock.systemUTC());
    }

    /** How far a route has read, at the last check. */
    public RouteLag of(String routeId) {
        return latest.getOrDefault(routeId, new RouteLag(null, List.of()));
    }

    /** The stalled partitions of all routes, at the last check. */
    public List<StalledPartition> stalled() {
        return latest.values().stream().flatMap(route -> route.stalled().stream())
                .sorted(Comparator.comparing(StalledPartition::route).thenComparing(StalledPartition::topic)
                        .thenComparing(StalledPartition::partition, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }

    /** Compares what the groups have committed with the ends of their partitions, and logs each change. */
    public synchronized void check() throws InterruptedException {
        List<ConsumingRoute> reading = routes.list();
        Map<String, RouteLag> before = latest;
        latest = lags(reading);
        logChanges(before, latest);
        reading.stream().map(ConsumingRoute::routeId).filter(metered::add).forEach(this::register);
        counts.report();
        failures.report();
    }

    private Map<String, RouteLag> lags(List<ConsumingRoute> reading) throws InterruptedException {
        if (brokers.areReachable()) {
            try {
                GroupOffsets offsets = GroupOffsets.read(brokers.admin(),
                        reading.stream().map(ConsumingRoute::groupId).collect(Collectors.toSet()),
                        reading.stream().flatMap(route -> route.topics().stream()).collect(Collectors.toSet()));
                Set<StallWatch.Key> watched = new HashSet<>();
                Map<String, RouteLag> lags = new HashMap<>();
                reading.forEach(route -> lags.put(route.routeId(), lag(route, offsets, watched)));
                stalls.retain(watched);
                return lags;
            } catch (TimeoutException e) {
                log.debug("Kafka does not answer", e);
            }
        }
        // No consumer can advance now.
        stalls.restart();
        return reading.stream().collect(Collectors.toMap(ConsumingRoute::routeId,
                route -> new RouteLag(null, of(route.routeId()).stalled())));
    }

    private RouteLag lag(ConsumingRoute route, GroupOffsets offsets, Set<StallWatch.Key> watched) {
        List<StalledPartition> stalled = new ArrayList<>();
        Subscription subscription = new Subscription(route.groupId(), Set.copyOf(route.topics()));
        failures.denied(subscription).ifPresent(denied -> route.topics().stream().filter(denied::concerns).forEach(topic ->
                stalled.add(new StalledPartition(route.routeId(), topic, null, null, denied.since(), denied.cause()))));
        boolean isWatched = route.started() && stalled.isEmpty();
        Map<TopicPartition, OffsetAndMetadata> committed = offsets.committed().get(route.groupId());
        long lag = 0;
        boolean isKnown = !route.topics().isEmpty();
        for (String topic : route.topics()) {
            List<TopicPartition> partitions = offsets.partitions().get(topic);
            isKnown &= !partitions.isEmpty();
            for (TopicPartition partition : partitions) {
                Long start = offsets.starts().get(partition);
                Long end = offsets.ends().get(partition);
                if (committed == null || start == null || end == null) {
                    isKnown = false;
                    continue;
                }
                OffsetAndMetadata offset = committed.get(partition);
                // What is beyond the end is an offset of another log.
                long reached = offset != null ? offset.offset() : positions.next(new GroupPartition(route.groupId(), partition));
                long next = reached > end ? start : Math.max(start, reached);
                lag += end - next;
                if (isWatched) {
                    StallWatch.Key key = new StallWatch.Key(route.routeId(), partition);
                    watched.add(key);
                    // A slow route advances before its offset is committed.
                    long begun = positions.begun(new GroupPartition(route.groupId(), partition));
                    long current = begun < end ? Math.max(next, begun) : next;
                    stalls.update(key, current, end, () -> hasRecords(partition, current, end)).ifPresent(since -> stalled.add(
                            new StalledPartition(route.routeId(), topic, partition.partition(), current, since,
                                    failures.of(subscription).map(PollFailure::cause)
                                            .orElseGet(() -> positions.cause(new GroupPartition(route.groupId(), partition))))));
                }
            }
        }
        return new RouteLag(isKnown ? lag : null, List.copyOf(stalled));
    }

    private boolean hasRecords(TopicPartition partition, long from, long to) {
        try {
            return reader.hasRecords(partition, from, to);
        } catch (KafkaException e) {
            log.debug("Cannot read {}", partition, e);
            return true;
        }
    }

    private void logChanges(Map<String, RouteLag> before, Map<String, RouteLag> now) {
        // A route whose consumer Kafka denies has logged that.
        Map<StallWatch.Key, StalledPartition> old = partitions(before);
        Map<StallWatch.Key, StalledPartition> current = partitions(now);
        current.forEach((key, stalled) -> {
            if (old.remove(key) == null) {
                log.warn("{} is stalled in {} at offset {} since {}: {}",
                        key.routeId(), key.partition(), stalled.offset(), stalled.since(), stalled.cause());
            }
        });
        old.keySet().forEach(key -> log.info("{} is no longer stalled in {}", key.routeId(), key.partition()));
    }

    private static Map<StallWatch.Key, StalledPartition> partitions(Map<String, RouteLag> routes) {
        Map<StallWatch.Key, StalledPartition> partitions = new HashMap<>();
        routes.values().stream().flatMap(route -> route.stalled().stream()).filter(stalled -> stalled.partition() != null)
                .forEach(stalled -> partitions.put(
                        new StallWatch.Key(stalled.route(), new TopicPartition(stalled.topic(), stalled.partition())), stalled));
        return partitions;
    }

    private void register(String routeId) {
        Gauge.builder("tidewatch.consumer.lag", () -> Optional.ofNullable(of(routeId).lag()).map(Long::doubleValue).orElse(Double.NaN))
                .description("Records that the consumer group of a route has not handled")
                .baseUnit("records")
                .tag("route", routeId)
                .register(meters);
        Gauge.builder("tidewatch.consumer.stalled", () -> of(routeId).stalled().size())
                .description("Partitions that have records, but whose consumer does not advance")
                .baseUnit("partitions")
                .tag("route", routeId)
                .register(meters);
    }
}
