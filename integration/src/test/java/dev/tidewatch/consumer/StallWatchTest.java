package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.support.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StallWatchTest {

    private static final StallWatch.Key KEY = new StallWatch.Key("a-route", new TopicPartition("user-events", 0));
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private final StallWatch watch = new StallWatch(Duration.ofMinutes(1), clock);
    private boolean hasRecords = true;

    @Test
    void reportsAPartitionThatHasRecordsAndDoesNotAdvance() {
        assertThat(stalledAt(0, 5, 9)).isFalse();
        assertThat(stalledAt(59, 5, 10)).isFalse();
        assertThat(stalledAt(60, 5, 11)).isTrue();
        assertThat(watch.update(KEY, 5, 12, () -> hasRecords)).as("since").contains(START);

        assertThat(stalledAt(70, 6, 12)).as("advances").isFalse();
        assertThat(stalledAt(129, 6, 12)).isFalse();
        assertThat(stalledAt(130, 6, 12)).isTrue();
    }

    @Test
    void ignoresAPartitionWithoutNewRecords() {
        assertThat(stalledAt(0, 9, 9)).isFalse();
        assertThat(stalledAt(3600, 9, 9)).isFalse();

        assertThat(stalledAt(3605, 9, 10)).as("a record that has just arrived").isFalse();
        assertThat(stalledAt(3660, 9, 10)).isTrue();
    }

    @Test
    void ignoresOffsetsWithoutRecords() {
        hasRecords = false;
        assertThat(stalledAt(0, 5, 6)).isFalse();
        assertThat(stalledAt(60, 5, 6)).as("the marker of a transaction").isFalse();

        hasRecords = true;
        assertThat(stalledAt(120, 5, 6)).as("not asked again").isFalse();
        assertThat(stalledAt(180, 5, 7)).as("a record that has just arrived").isFalse();
        assertThat(stalledAt(240, 5, 7)).isTrue();
    }

    @Test
    void startsOverAfterAnOutageOfKafka() {
        stalledAt(0, 5, 9);
        clock.set(START.plusSeconds(3600));
        watch.restart();

        assertThat(stalledAt(3605, 5, 9)).isFalse();
        assertThat(stalledAt(3660, 5, 9)).isTrue();
        watch.restart();
        assertThat(stalledAt(3661, 5, 9)).as("was stalled before").isTrue();
    }

    @Test
    void forgetsPartitionsThatAreNotReadAnyMore() {
        stalledAt(0, 5, 9);
        watch.retain(Set.of());

        assertThat(stalledAt(60, 5, 9)).isFalse();
    }

    private boolean stalledAt(int seconds, long next, long end) {
        clock.set(START.plusSeconds(seconds));
        return watch.update(KEY, next, end, () -> hasRecords).isPresent();
    }
}
