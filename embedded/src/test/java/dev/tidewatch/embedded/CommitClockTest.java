package dev.tidewatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitClockTest {

    private final CommitClock clock = new CommitClock();

    @Test
    void ordersTransactionsOfOneSecondByTheirNumber() {
        assertThat(clock.commitTs(2, 100)).isGreaterThan(clock.commitTs(1, 100)).isLessThan(clock.commitTs(1, 101));
        assertThat(CommitClock.milliseconds(clock.commitTs(3, 101))).isEqualTo(101_000);
    }

    @Test
    void neverDecreasesWhenAStatementWaitedForALock() {
        assertThat(clock.commitTs(1, 100)).isLessThan(clock.commitTs(2, 90));
    }

    @Test
    void repeatsTheCommitTsOfAnEarlierRun() {
        long sent = clock.commitTs(7, 100);
        CommitClock next = new CommitClock();
        next.restore(sent);
        next.restore(clock.commitTs(8, 105));
        assertThat(next.commitTs(7, 110)).isEqualTo(sent);
        assertThat(next.commitTs(9, 100)).isGreaterThan(clock.commitTs(8, 105));
    }

    @Test
    void commitsAfterAWatermarkAreAboveIt() {
        long watermark = clock.watermark(5, 100);
        assertThat(clock.commitTs(6, 99)).isGreaterThan(watermark);
        assertThat(clock.watermark(5, 99)).isEqualTo(watermark);
        CommitClock next = new CommitClock();
        next.restoreWatermark(watermark);
        assertThat(next.completedSequence()).isEqualTo(5);
        assertThat(next.commitTs(6, 99)).isGreaterThan(watermark);
    }
}
