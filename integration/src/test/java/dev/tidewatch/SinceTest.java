package dev.tidewatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

class SinceTest {

    private static final Instant START = Instant.parse("2026-01-01T10:30:00Z");

    @Test
    void keepsTheTimeWhenAStateWasFirstSeen() {
        Clock clock = Mockito.spy(Clock.fixed(START, ZoneOffset.UTC));
        Since<Boolean> kafka = new Since<>(false, clock);
        assertThat(kafka.seen()).isEqualTo(new Since.Seen<>(false, START));

        Mockito.when(clock.instant()).thenReturn(START.plusSeconds(1));
        kafka.see(false);
        assertThat(kafka.seen().since()).isEqualTo(START);
        kafka.see(true);
        assertThat(kafka.seen()).isEqualTo(new Since.Seen<>(true, START.plusSeconds(1)));

        Mockito.when(clock.instant()).thenReturn(START.plusSeconds(2));
        kafka.see(true);
        assertThat(kafka.seen().since()).isEqualTo(START.plusSeconds(1));
        kafka.see(false);
        assertThat(kafka.seen()).isEqualTo(new Since.Seen<>(false, START.plusSeconds(2)));
    }
}
