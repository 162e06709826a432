package dev.tidewatch.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Body;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** The gauge {@code tidewatch.outbox.waiting}: events in the outbox when last counted, not a number while the database is unreachable. */
@Component("outboxGauge")
@ConditionalOnProperty(name = "roles.api", havingValue = "true")
public class OutboxGauge implements MeterBinder {

    private final ReadPosition position = new ReadPosition(Clock.systemUTC());
    private volatile Long waiting;

    /** The smallest id to count. */
    public String firstId() {
        return position.next();
    }

    /**
     * Sets the number of events in the outbox.
     *
     * @param count the row of {@code count-outbox.sql}
     * @return the number
     */
    public long update(@Body Map<String, Object> count) {
        position.found((String) count.get("firstId"));
        waiting = ((Number) count.get("waiting")).longValue();
        return waiting;
    }

    /** Notes that the events could not be counted. */
    public void clear() {
        waiting = null;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("tidewatch.outbox.waiting", () -> waiting)
                .description("Events in the outbox when last counted")
                .register(meters);
    }
}
