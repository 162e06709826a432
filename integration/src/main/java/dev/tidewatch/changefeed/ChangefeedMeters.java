package dev.tidewatch.changefeed;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * The gauges of the changefeed, if there is a TiCDC to ask: {@code tidewatch.changefeed.checkpoint.lag} in seconds, not a number before the
 * first checkpoint, and {@code tidewatch.changefeed.state}, 1 for the current state and 0 for the others.
 */
@Component
class ChangefeedMeters implements MeterBinder {

    private static final List<String> STATES = List.of("normal", "warning", "failed", "stopped", "finished",
            ChangefeedStatus.MISSING, ChangefeedStatus.UNKNOWN, ChangefeedStatus.UNSUPPORTED);

    private final Changefeed changefeed;

    ChangefeedMeters(Changefeed changefeed) {
        this.changefeed = changefeed;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        if (!changefeed.isWatched()) {
            return;
        }
        Gauge.builder("tidewatch.changefeed.checkpoint.lag", this::lagSeconds)
                .description("Age of the changefeed's checkpoint: the longest time that a change takes to reach Kafka")
                .baseUnit("seconds")
                .register(meters);
        for (String state : STATES) {
            Gauge.builder("tidewatch.changefeed.state", () -> changefeed.state().state().equals(state) ? 1 : 0)
                    .description("Whether the changefeed is in this state")
                    .tag("state", state)
                    .register(meters);
        }
    }

    private double lagSeconds() {
        Long millis = changefeed.state().checkpointLagMillis();
        return millis == null ? Double.NaN : millis / 1000.0;
    }
}
