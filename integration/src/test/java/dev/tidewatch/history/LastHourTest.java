package dev.tidewatch.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.Event;
import dev.tidewatch.Since;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.history.LastHour.Lag;
import dev.tidewatch.history.LastHour.Minute;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.support.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LastHourTest {

    private static final Instant START = Instant.parse("2026-01-01T10:30:20Z");

    private final SettableClock clock = new SettableClock(START);
    private boolean isPastRead = true;
    private Since.Seen<Boolean> kafka = new Since.Seen<>(true, START.minusSeconds(7200));
    private LastHour lastHour = begun();

    private LastHour begun() {
        LastHour begun = fresh();
        begun.begin(LastHour.USER_EVENTS, new Instant[] {begun.start(), begun.start()});
        begun.begin(LastHour.DATABASE_CHANGES, new Instant[] {begun.start()});
        return begun;
    }

    private LastHour fresh() {
        return new LastHour(() -> isPastRead, () -> kafka, clock);
    }

    private void happens(UserEvent.Action action, Instant when) {
        lastHour.count(new UserEvent(null, when, action, 1L, "admin", null, null, null), when.toEpochMilli() + 50);
    }

    private void changes(String table, Instant when, long lagMillis) {
        Event change = new RowChange("INSERT", "shop", table, Map.of("id", 1L), Map.of("id", 1L), null, 1L, when, null);
        lastHour.count(change, when.toEpochMilli() + lagMillis);
    }

    /** The minute of so many minutes ago. */
    private Minute ago(int minutes) {
        List<Minute> all = lastHour.report().minutes();
        assertThat(all).hasSize(60);
        return all.get(59 - minutes);
    }

    @Test
    void countsAnEventInTheMinuteInWhichItHappened() {
        happens(UserEvent.Action.LOGIN_SUCCESS, clock.instant());
        happens(UserEvent.Action.LOGIN_FAILURE, clock.instant().minusSeconds(1));
        happens(UserEvent.Action.LOGOUT, clock.instant());
        happens(UserEvent.Action.LOGIN_FAILURE, clock.instant().minusSeconds(21));
        changes("orders", clock.instant().minus(Duration.ofMinutes(10)), 100);

        assertThat(ago(0)).isEqualTo(new Minute(Instant.parse("2026-01-01T10:30:00Z"), 1L, 1L, Map.of(), null, null));
        assertThat(ago(1)).isEqualTo(new Minute(Instant.parse("2026-01-01T10:29:00Z"), 0L, 1L, Map.of(), null, null));
        assertThat(ago(10).rowChanges()).as("late").isEqualTo(Map.of("shop.orders", 1L));
        assertThat(ago(59).minute()).isEqualTo(Instant.parse("2026-01-01T09:31:00Z"));
    }

    @Test
    void movesWithTimeAndForgetsAfterAnHour() {
        happens(UserEvent.Action.LOGIN_SUCCESS, clock.instant());
        clock.set(START.plusSeconds(60));
        happens(UserEvent.Action.LOGIN_SUCCESS, clock.instant());
        happens(UserEvent.Action.LOGIN_SUCCESS, clock.instant());
        assertThat(List.of(ago(1).logins(), ago(0).logins())).containsExactly(1L, 2L);

        clock.set(START.plus(Duration.ofMinutes(59)));
        assertThat(List.of(ago(59).logins(), ago(58).logins(), ago(0).logins())).containsExactly(1L, 2L, 0L);
        clock.set(START.plus(Duration.ofMinutes(60)));
        happens(UserEvent.Action.LOGIN_FAILURE, START);
        assertThat(List.of(ago(59).logins(), ago(59).failures(), ago(58).logins())).containsExactly(2L, 0L, 0L);
        clock.set(START.plus(Duration.ofHours(30)));
        assertThat(lastHour.report().minutes()).allMatch(minute -> minute.logins() == 0);
    }

    @Test
    void countsAnEventFromTheFutureInTheCurrentMinute() {
        happens(UserEvent.Action.LOGIN_SUCCESS, clock.instant().plus(Duration.ofHours(5)));
        assertThat(ago(0).logins()).isEqualTo(1);
        clock.set(START.plusSeconds(60));
        assertThat(ago(1).logins()).isEqualTo(1);
    }

    @Test
    void knowsNothingBeforeTheFirstRecordRead() {
        lastHour = fresh();
        lastHour.begin(LastHour.USER_EVENTS, new Instant[] {lastHour.start(), null});
        lastHour.begin(LastHour.DATABASE_CHANGES, new Instant[] {null});
        lastHour.read(LastHour.USER_EVENTS, 1, Instant.parse("2026-01-01T10:28:00.001Z").toEpochMilli());
        lastHour.read(LastHour.USER_EVENTS, 1, Instant.parse("2026-01-01T10:28:30Z").toEpochMilli());
        happens(UserEvent.Action.LOGIN_SUCCESS, Instant.parse("2026-01-01T10:28:30Z"));
        lastHour.read(LastHour.DATABASE_CHANGES, 0, Instant.parse("2026-01-01T10:28:00Z").toEpochMilli());

        assertThat(ago(2).logins()).as("half of it").isNull();
        assertThat(ago(2).failures()).isNull();
        assertThat(ago(1).logins()).isZero();
        assertThat(ago(3).rowChanges()).isNull();
        assertThat(ago(2).rowChanges()).isEmpty();
    }

    @Test
    void knowsNothingUntilThePastHasBeenRead() {
        isPastRead = false;
        happens(UserEvent.Action.LOGIN_SUCCESS, clock.instant());
        assertThat(lastHour.report().minutes()).allMatch(minute -> minute.logins() == null && minute.rowChanges() == null);
        isPastRead = true;
        assertThat(ago(0).logins()).isEqualTo(1);
    }

    @Test
    void knowsNothingSinceKafkaBecameUnreachable() {
        kafka = new Since.Seen<>(false, Instant.parse("2026-01-01T10:29:59Z"));
        assertThat(ago(2).logins()).isZero();
        assertThat(ago(1).logins()).isNull();
        assertThat(ago(0).rowChanges()).isNull();
    }

    @Test
    void anAddedPartitionKeepsWhatIsKnownOfTheOthers() {
        lastHour.begin(LastHour.DATABASE_CHANGES, new Instant[] {null, lastHour.start()});
        assertThat(ago(59).rowChanges()).isEmpty();
    }

    @Test
    void measuresLagFromCommitToRecord() {
        for (int lag = 1; lag <= 100; lag++) {
            changes("orders", clock.instant(), lag * 10);
        }
        assertThat(ago(0).changeLagMillis().p50()).isBetween(500L, 505L);
        assertThat(ago(0).changeLagMillis().p99()).isBetween(990L, 1000L);
        changes("orders", clock.instant().minusSeconds(60), -400);
        assertThat(ago(1).changeLagMillis()).as("clocks differ").isEqualTo(new Lag(0, 0));
        changes("orders", clock.instant().minusSeconds(120), Duration.ofDays(9).toMillis());
        assertThat(ago(2).changeLagMillis().p99()).isBetween(3_600_000L, 3_636_000L);
        assertThat(ago(3).changeLagMillis()).isNull();
    }

    @Test
    void namesTheBusiestTablesAndSumsTheOthers() {
        for (int table = 0; table < 150; table++) {
            changes("t" + table, clock.instant().minusSeconds(60), 1);
        }
        for (int table = 200; table < 220; table++) {
            changes("t" + table, clock.instant(), 1);
            changes("t" + table, clock.instant(), 1);
        }
        changes("t300", clock.instant(), 1);

        assertThat(ago(1).rowChanges()).hasSize(1).containsEntry("other", 150L);
        assertThat(ago(0).rowChanges()).hasSize(21).containsEntry("shop.t200", 2L).containsEntry("other", 1L);
    }

    @Test
    void keepsTheLargestOutboxSizeOfAMinute() {
        assertThat(ago(0).outboxWaiting()).isNull();
        lastHour.noteWaiting(3);
        lastHour.noteWaiting(7);
        lastHour.noteWaiting(5);
        assertThat(ago(0).outboxWaiting()).isEqualTo(7);
        clock.set(START.plusSeconds(60));
        assertThat(ago(1).outboxWaiting()).isEqualTo(7);
        assertThat(ago(0).outboxWaiting()).isNull();
    }
}
