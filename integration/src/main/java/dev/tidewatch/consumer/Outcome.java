package dev.tidewatch.consumer;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * Ends each batch of a poll. Nothing else reaches the exchange of the poll: changes that a route made to the exchange of an event, such as
 * {@code stop}, must not affect other events.
 */
@Component("outcome")
public class Outcome implements AggregationStrategy {

    @Override
    public Exchange aggregate(Exchange before, Exchange event, Exchange poll) {
        event.getProperty(Polls.BATCH, Poll.RecordBatch.class).end();
        return poll;
    }

    @Override
    public Exchange aggregate(Exchange before, Exchange event) {
        throw new UnsupportedOperationException("The split has to pass the exchange of the poll");
    }
}
