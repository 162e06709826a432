package dev.tidewatch.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class DeadLetterWindowTest {

    @Test
    void takesOldestFirstAndInPartitionOrder() {
        DeadLetterWindow one = window(deadLetter(0, 1, 30, 1), deadLetter(0, 2, 10, 1));
        DeadLetterWindow two = window(deadLetter(1, 1, 20, 1), deadLetter(1, 2, 40, 1));

        assertThat(DeadLetterWindow.oldestFirst(List.of(one, two, new DeadLetterWindow())))
                .extracting(ConsumerRecord::timestamp).containsExactly(20L, 30L, 10L, 40L);
    }

    @Test
    void stopsWhereAFullWindowEnds() {
        DeadLetterWindow full = new DeadLetterWindow();
        for (int i = 0; i < 499; i++) {
            assertThat(full.add(deadLetter(0, i, i, 1))).isTrue();
        }
        assertThat(full.add(deadLetter(0, 499, 499, 1))).isFalse();
        assertThat(full.isFull()).isTrue();
        DeadLetterWindow other = window(deadLetter(1, 1, 100, 1), deadLetter(1, 2, 1000, 1));

        assertThat(DeadLetterWindow.oldestFirst(List.of(full, other))).hasSize(501).last()
                .extracting(ConsumerRecord::timestamp).isEqualTo(499L);
    }

    @Test
    void limitsTheBytes() {
        DeadLetterWindow window = new DeadLetterWindow();
        int half = 4 * 1024 * 1024;

        assertThat(window.add(deadLetter(0, 1, 1, half - 1))).isTrue();
        assertThat(window.add(deadLetter(0, 2, 2, -1))).as("a tombstone").isTrue();
        assertThat(window.add(deadLetter(0, 3, 3, half - 2))).isTrue();
        assertThat(window.add(deadLetter(0, 4, 4, 0))).isFalse();
    }

    private static DeadLetterWindow window(ConsumerRecord<?, ?>... deadLetters) {
        DeadLetterWindow window = new DeadLetterWindow();
        Arrays.stream(deadLetters).map(DeadLetterWindowTest::cast).forEach(window::add);
        return window;
    }

    @SuppressWarnings("unchecked")
    private static ConsumerRecord<byte[], byte[]> cast(ConsumerRecord<?, ?> deadLetter) {
        return (ConsumerRecord<byte[], byte[]>) deadLetter;
    }

    /** A dead letter with a key of one byte. */
    private static ConsumerRecord<byte[], byte[]> deadLetter(int partition, long offset, long timestamp, int bytes) {
        return new ConsumerRecord<>("x.dlq", partition, offset, timestamp, TimestampType.CREATE_TIME, bytes < 0 ? -1 : 1, bytes, null, null,
                new RecordHeaders(), Optional.empty());
    }
}
