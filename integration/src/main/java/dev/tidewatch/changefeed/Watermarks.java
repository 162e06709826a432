package dev.tidewatch.changefeed;

import dev.tidewatch.changes.Watermark;
import dev.tidewatch.consumer.WatermarkListener;
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
 * The lag of the changefeed by its watermarks: the gauge {@code tidewatch.changefeed.lag}, in seconds, one per partition. Every change
 * committed before a watermark has been sent before it (TiCDC Canal-JSON, "WATERMARK Event").
 */
@Component("watermarks")
public class Watermarks implements WatermarkListener {

    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();
    private final Map<Integer, Instant> reached = new ConcurrentHashMap<>();

    Watermarks(MeterRegistry meters) {
        this.meters = meters;
    }

    /** Takes a watermark of a partition. An older one has no effect: one route may be behind another. */
    @Override
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

    /** The oldest of the partitions' newest watermarks; empty before the first. */
    public Optional<Instant> reached() {
        return reached.values().stream().min(Comparator.naturalOrder());
    }

    private double lagSeconds(int partition) {
        return Duration.between(reached.get(partition), clock.instant()).toMillis() / 1000.0;
    }
}
