package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecordDecoderTest {

    private static final TopicPartition PARTITION = new TopicPartition("x", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    @Test
    void decodesAllRecordsAndMarksUnreadableOnes() {
        Poll poll = poll("good", "bad", "good");
        IOException failure = new IOException();
        RecordDecoder decoder = value -> {
            if (new String(value).equals("bad")) {
                throw failure;
            }
            return new String(value) + "!";
        };

        decoder.decodeAll(poll);

        assertThat(poll.records()).extracting(ConsumedRecord::event).containsExactly("good!", null, "good!");
        assertThat(poll.records()).extracting(ConsumedRecord::unreadable).containsExactly(null, failure, null);
    }

    @Test
    void failureReasonRevealsOnlyOwnMessages() {
        assertThat(FailureReason.of(new IOException("secret"))).isEqualTo("failed with java.io.IOException");
        assertThat(FailureReason.of(new OwnException())).isEqualTo("own message");
    }

    private Poll poll(String... values) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String value : values) {
            records.add(PolledRecords.record(PARTITION, records.size(), value));
        }
        return PolledRecords.poll(consumer, new PolledPartition(consumer, PARTITION, records));
    }

    private static final class OwnException extends Exception {

        private static final long serialVersionUID = 1L;

        OwnException() {
            super("own message");
        }
    }
}
