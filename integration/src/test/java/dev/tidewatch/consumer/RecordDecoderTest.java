package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecordDecoderTest {

    private static final TopicPartition PARTITION = new TopicPartition("x", 0);

    private final CamelContext camel = new DefaultCamelContext();
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
    void outcomeMarksHandledRecordsUntilOneFails() {
        Poll poll = poll("a", "b", "c");
        Exchange exchange = new DefaultExchange(camel);
        Outcome outcome = new Outcome();
        Iterator<Poll.RecordBatch> batches = poll.batches(false);

        Poll.RecordBatch first = batches.next();
        poll.take(first);
        assertThat(outcome.aggregate(null, event(first), exchange)).isSameAs(exchange);
        Poll.RecordBatch failed = batches.next();
        poll.take(failed);
        IllegalStateException failure = new IllegalStateException();
        failed.partition().fail(failure);
        outcome.aggregate(exchange, event(failed), exchange);
        Poll.RecordBatch last = batches.next();
        assertThat(poll.take(last)).isFalse();
        outcome.aggregate(exchange, event(last), exchange);

        assertThat(batches.hasNext()).isFalse();
        assertThat(poll.failure()).isSameAs(failure);
        assertThat(exchange.getException()).as("the poll is committed before").isNull();
        assertThat(poll.records()).extracting(ConsumedRecord::isDone).containsExactly(true, false, false);
    }

    private Exchange event(Poll.RecordBatch batch) {
        Exchange event = new DefaultExchange(camel);
        event.setProperty(Polls.BATCH, batch);
        return event;
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
