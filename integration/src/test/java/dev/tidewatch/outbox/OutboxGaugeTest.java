package dev.tidewatch.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutboxGaugeTest {

    @Test
    void showsTheLastCountAndNothingWithoutTheDatabase() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        OutboxGauge gauge = new OutboxGauge();
        gauge.bindTo(meters);

        assertThat(waiting(meters)).isNaN();
        assertThat(gauge.firstId()).isEmpty();
        assertThat(gauge.update(Map.of("waiting", 5, "firstId", "0198f2aa-0000-7000-8000-000000000000"))).isEqualTo(5);
        assertThat(waiting(meters)).isEqualTo(5);
        assertThat(gauge.firstId()).isEqualTo("0198f2aa-0000");
        gauge.clear();
        assertThat(waiting(meters)).isNaN();
    }

    private static double waiting(SimpleMeterRegistry meters) {
        return meters.get("tidewatch.outbox.waiting").gauge().value();
    }
}
