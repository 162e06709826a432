package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.kafka.RecordOrigin;
import java.io.IOException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RecordDecoderTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final Poll poll = new Poll(new MockConsumer<>("earliest"), new TopicPartition("x", 0));

    @Test
    void decodesAllRecordsAndMarksUnreadableOnes() {
        add("good", "bad", "good");
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
        add("a", "b", "c");
        Exchange exchange = new DefaultExchange(camel);
        exchange.setVariable("poll", poll);
        Outcome outcome = new Outcome();
        IllegalStateException failure = new IllegalStateException();

        poll.begin(poll.records().get(0));
        assertThat(outcome.aggregate(null, new DefaultExchange(camel), exchange)).isSameAs(exchange);
        assertThat(exchange.getException()).isNull();
        poll.begin(poll.records().get(1));
        Exchange failed = new DefaultExchange(camel);
        failed.setException(failure);
        outcome.aggregate(exchange, failed, exchange);
        poll.begin(poll.records().get(2));
        outcome.aggregate(exchange, new DefaultExchange(camel), exchange);

        assertThat(exchange.getException()).isSameAs(failure);
        assertThat(poll.records()).extracting(ConsumedRecord::isDone).containsExactly(true, false, false);
    }

    @Test
    void failureReasonRevealsOnlyOwnMessages() {
        assertThat(FailureReason.of(new IOException("secret"))).isEqualTo("failed with java.io.IOException");
        assertThat(FailureReason.of(new OwnException())).isEqualTo("own message");
    }

    private void add(String... values) {
        for (String value : values) {
            poll.add(new ConsumedRecord(new RecordOrigin("x", 0, poll.records().size()), 0, null, value.getBytes(), new RecordHeaders()));
        }
    }

    private static final class OwnException extends Exception {

        private static final long serialVersionUID = 1L;

        OwnException() {
            super("own message");
        }
    }
}
