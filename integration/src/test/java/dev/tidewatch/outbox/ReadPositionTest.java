package dev.tidewatch.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.support.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadPositionTest {

    private static final Instant NOW = Instant.parse("2026-11-30T03:00:00Z");

    private final SettableClock clock = new SettableClock(NOW);
    private final ReadPosition position = new ReadPosition(clock);

    @Test
    void readsFromTheFirstIdUntilAReadSucceeds() {
        assertThat(position.next()).isEmpty();
        assertThat(position.next()).isEmpty();
        position.found(null);
        assertThat(position.next()).isNotEmpty();
    }

    @Test
    void continuesABacklogAtItsOldestEvent() {
        read(id(NOW.minusSeconds(3600)));

        assertReadsFrom(NOW.minusSeconds(3600), id(NOW.minusSeconds(3500)));
        assertReadsFrom(NOW.minusSeconds(3500), id(NOW.minusSeconds(3500)));
    }

    @Test
    void readsFromTenSecondsBeforeThePresent() {
        read(null);
        clock.advance(Duration.ofSeconds(1));

        assertReadsFrom(NOW.minusSeconds(9), id(NOW));
        assertReadsFrom(NOW.minusSeconds(9), null);
    }

    @Test
    void everyIdOfTheFirstMillisecondIsRead() {
        read(id(NOW.minusSeconds(3600)));

        assertThat(position.next()).isLessThan(id(NOW.minusSeconds(3600))).isGreaterThan(id(NOW.minusSeconds(3600).minusMillis(1)));
    }

    @Test
    void readsFromTheFirstIdEveryTenSeconds() {
        read(null);
        clock.advance(Duration.ofMillis(9999));
        assertThat(read(null)).isNotEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(read(null)).isEmpty();
        assertThat(read(null)).isNotEmpty();
    }

    @Test
    void readsFromTheFirstIdInATwentiethOfTheTime() {
        position.next();
        clock.advance(Duration.ofSeconds(1));
        position.found(null);

        clock.advance(Duration.ofMillis(18_999));
        assertThat(read(null)).isNotEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(read(null)).isEmpty();
    }

    @Test
    void failedReadFromTheFirstIdIsRepeatedAfterAMinute() {
        read(null);
        clock.advance(Duration.ofSeconds(10));
        assertThat(position.next()).isEmpty();

        clock.advance(Duration.ofSeconds(59));
        assertThat(read(null)).isNotEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(read(null)).isEmpty();
    }

    @Test
    void readsFromTheFirstIdAfterTheClockWasSetBack() {
        read(null);
        clock.set(NOW.minusSeconds(3600));
        assertThat(read(null)).isEmpty();
        assertReadsFrom(NOW.minusSeconds(3610), null);
    }

    @Test
    void startsOverAtTheFirstId() {
        read(null);
        position.startOver();
        assertThat(read(null)).isEmpty();
        assertThat(read(null)).isNotEmpty();
    }

    /** The clock of one instance is 30 s behind. */
    @Test
    void readsEarlierAfterItFoundALateEvent() {
        read(null);
        assertReadsFrom(NOW.minusSeconds(10), null);
        clock.advance(Duration.ofSeconds(10));
        assertThat(read(id(NOW.minusSeconds(20)))).isEmpty();
        assertReadsFrom(NOW.minusSeconds(30), null);

        clock.advance(Duration.ofSeconds(5));
        assertReadsFrom(NOW.minusSeconds(25), null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "zzzzzzzz-zzzz-7000-8000-000000000000", "ffffffff-ffff-7000-8000-000000000000",
        "00000000-0000-7000-8000-000000000000"})
    void foreignIdsMoveItNowhere(String id) {
        read(null);
        read(id);
        read(null);
        assertReadsFrom(NOW.minusSeconds(10), null);
    }

    private String read(String found) {
        String from = position.next();
        position.found(found);
        return from;
    }

    private void assertReadsFrom(Instant from, String found) {
        assertThat(read(found)).isEqualTo(id(from).substring(0, 13));
    }

    private static String id(Instant time) {
        long millis = time.toEpochMilli();
        return "%08x-%04x-7000-8000-000000000000".formatted(millis >>> 16, millis & 0xffff);
    }
}
