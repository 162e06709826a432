package dev.tidewatch.changefeed;

import dev.tidewatch.changes.Watermark;
import dev.tidewatch.kafka.RecordOrigin;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * How far the changefeed is behind, from its watermarks: the gauge {@code tidewatch.changefeed.lag}, in seconds, one a partition.
 * After the watermark of a time, every change committed before it has been sent (TiCDC Canal-JSON, "WATERMARK Event").
 */
@Component("watermarks")
public class Watermarks {

    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();
    private final Map<Integer, Instant> reached = new ConcurrentHashMap<>();

    Watermarks(MeterRegistry meters) {
        this.meters = meters;
    }

    /** Notes a watermark of the partition that it came from; one route may be behind another. */
    public void advance(Watermark watermark, RecordOrigin origin) {
        boolean first = !reached.containsKey(origin.partition());
        reached.merge(origin.partition(), watermark.time(), (one, other) -> one.isAfter(other) ? one : other);
        if (first) {
            Gauge.builder("tidewatch.changefeed.lag", () -> lagSeconds(origin.partition()))
                    .description("Time since the newest watermark of the changefeed in a partition")
                    .baseUnit("seconds")
                    .tag("partition", String.valueOf(origin.partition()))
                    .register(meters);
        }
    }

    /** The time of the newest watermark, in the partition where that is oldest; nothing before the first. */
    public Optional<Instant> reached() {
        return reached.values().stream().min(Comparator.naturalOrder());
    }

    private double lagSeconds(int partition) {
        return Duration.between(reached.get(partition), clock.instant()).toMillis() / 1000.0;
    }
}
