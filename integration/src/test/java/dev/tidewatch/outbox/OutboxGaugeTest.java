package dev.tidewatch.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class OutboxGaugeTest {

    @Test
    void showsTheLastCountAndNothingWithoutTheDatabase() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        OutboxGauge gauge = new OutboxGauge();
        gauge.bindTo(meters);

        assertThat(waiting(meters)).isNaN();
        gauge.update(5);
        assertThat(waiting(meters)).isEqualTo(5);
        gauge.clear();
        assertThat(waiting(meters)).isNaN();
    }

    private static double waiting(SimpleMeterRegistry meters) {
        return meters.get("tidewatch.outbox.waiting").gauge().value();
    }
}
