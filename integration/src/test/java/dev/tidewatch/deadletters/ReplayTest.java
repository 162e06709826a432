package dev.tidewatch.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private static final DeadLetterRange FIRST = new DeadLetterRange("x.dlq", 0, 5, 7, Instant.EPOCH);
    private static final DeadLetterRange SECOND = new DeadLetterRange("x.dlq", 1, 2, 2, Instant.EPOCH);
    private static final DeadLetterRange EMPTY = new DeadLetterRange("x.dlq", 2, 4, 3, Instant.EPOCH);

    @Test
    void continuesAfterTheVisitedOffsets() {
        Replay replay = new Replay("x", List.of(FIRST, SECOND, EMPTY), List.of(), 10);
        assertThat(replay.topic()).isEqualTo("x.dlq");
        assertThat(replay.ahead()).containsExactly(FIRST, SECOND);

        replay.visited(deadLetter(0, 6));
        assertThat(replay.ahead()).containsExactly(FIRST.from(7), SECOND);
        replay.visited(deadLetter(1, 2));
        replay.visited(deadLetter(0, 7));
        assertThat(replay.ahead()).isEmpty();
        assertThat(replay.hasMore()).isFalse();
    }

    @Test
    void visitsOnlyTheRequestedOffsets() {
        Replay replay = new Replay("x", List.of(FIRST), List.of(7L, 5L), 10);
        assertThat(replay.ahead()).containsExactly(FIRST.at(5), FIRST.at(7));

        replay.visited(deadLetter(0, 5));
        assertThat(replay.ahead()).containsExactly(FIRST.at(7));
    }

    @Test
    void endsAtTheLimitOrWhenExhausted() {
        Replay replay = new Replay("x", List.of(FIRST), List.of(), 3);
        replay.addReplayed(2);
        replay.addSkipped();
        assertThat(replay.hasMore()).isTrue();
        assertThat(List.of(replay.remaining(), replay.replayed(), replay.skipped())).containsExactly(1, 2, 1);
        replay.addReplayed(1);
        assertThat(replay.hasMore()).isFalse();

        Replay exhausted = new Replay("x", List.of(FIRST), List.of(), 3);
        exhausted.exhaust();
        assertThat(exhausted.hasMore()).isFalse();
    }

    @Test
    void joinsAdjacentRangesOfOnePartition() {
        assertThat(FIRST.at(5).isFollowedBy(FIRST.at(6))).isTrue();
        assertThat(FIRST.at(5).isFollowedBy(FIRST.at(7))).isFalse();
        assertThat(FIRST.at(5).isFollowedBy(new DeadLetterRange("x.dlq", 1, 6, 6, Instant.EPOCH))).isFalse();
        assertThat(List.of(FIRST.size(), EMPTY.size())).containsExactly(3L, 0L);
    }

    private static ConsumerRecord<byte[], byte[]> deadLetter(int partition, long offset) {
        return new ConsumerRecord<>("x.dlq", partition, offset, null, null);
    }
}
