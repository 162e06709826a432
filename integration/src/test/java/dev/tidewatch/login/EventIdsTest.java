package dev.tidewatch.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventIdsTest {

    /** The outbox relay publishes in this order. */
    @Test
    void laterIdsAreLargerAlsoWhenTheClockIsSetBack() {
        AtomicLong clock = new AtomicLong(1_790_000_000_000L);
        EventIds eventIds = new EventIds(clock::get);
        List<String> ids = new ArrayList<>();
        for (long step : new long[] {0, 0, 1, -60_000, 0, 30_000, 40_000}) {
            clock.addAndGet(step);
            Stream.generate(eventIds::next).limit(1000).forEach(ids::add);
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(ids).allMatch(id -> UUID.fromString(id).version() == 7 && id.length() == 36);
    }
}
