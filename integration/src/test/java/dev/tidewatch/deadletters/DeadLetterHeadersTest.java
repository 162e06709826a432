package dev.tidewatch.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.changes.ColumnMask;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers of dead letters are untrusted. */
class DeadLetterHeadersTest {

    private final ConsumerRecord<byte[], byte[]> deadLetter = new ConsumerRecord<>("x.dlq", 0, 7, null, new byte[1]);

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            3, 3, 3
            0, 0, 0
            999999999, 999999999, 999999999
            1000000000, -, 1000000000
            -1, -, -
            1.5, -, -
            x, -, -
            '', -, -
            9007199254740991, -, 9007199254740991
            9007199254740992, -, -
            12345678901234567, -, -
            """)
    void readsOnlySmallNumbers(String text, Integer count, Long offset) {
        set("replays", text);
        set("offset", text);

        assertThat(DeadLetter.number(deadLetter, "replays", -7)).isEqualTo(count == null ? -7 : count);
        assertThat(details().origin().offset()).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            2026-01-01T00:00:00.001Z, 2026-01-01T00:00:00.001Z
            +12026-01-01T00:00:00Z, -
            yesterday, -
            2026-13-01T00:00:00Z, -
            """)
    void readsOnlyTimesOfTheContract(String text, Instant time) {
        set("time", text);

        assertThat(details().failedAt()).isEqualTo(time);
    }

    @Test
    void readsLastHeaderAndLimitsItsLength() {
        set("message", "old");
        set("message", "🦊".repeat(1025));
        assertThat(DeadLetter.header(deadLetter, "message")).isEqualTo("🦊".repeat(1024));

        deadLetter.headers().add("dead-letter.message", null);
        assertThat(DeadLetter.header(deadLetter, "message")).isNull();
        assertThat(DeadLetter.header(deadLetter, "route")).isNull();
    }

    @Test
    void isReplayableBelowTheLimit() {
        set("replays", "2");
        assertThat(details().replayable()).isTrue();
        set("replays", "3");
        assertThat(details().replayable()).isFalse();
        assertThat(DeadLetterDetails.of(new ConsumerRecord<>("x.dlq", 0, 7, null, null), "x", 3, Instant.EPOCH, mask()).replayable())
                .as("already replayed").isFalse();
    }

    private DeadLetterDetails details() {
        return DeadLetterDetails.of(deadLetter, "x", 3, null, mask());
    }

    private static DeadLetterMask mask() {
        return new DeadLetterMask(new ColumnMask());
    }

    private void set(String name, String text) {
        deadLetter.headers().add("dead-letter." + name, text.getBytes());
    }
}
