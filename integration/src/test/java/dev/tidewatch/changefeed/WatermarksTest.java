package dev.tidewatch.changefeed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.changes.Watermark;
import dev.tidewatch.kafka.RecordOrigin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WatermarksTest {

    @Test
    void ignoresOlderWatermarks() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Watermarks watermarks = new Watermarks(meters);
        RecordOrigin origin = new RecordOrigin("changes", 2, 100);
        watermarks.advance(new Watermark(1, Instant.now().minusSeconds(2)), origin);
        watermarks.advance(new Watermark(0, Instant.now().minusSeconds(3600)), origin);

        assertThat(watermarks.reached()).hasValueSatisfying(time -> assertThat(time).isAfter(Instant.now().minusSeconds(60)));
        assertThat(meters.find("tidewatch.changefeed.lag").tag("partition", "2").gauge().value()).isLessThan(60);
    }
}
