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

    private final Polls polls;

    Outcome(Polls polls) {
        this.polls = polls;
    }

    @Override
    public Exchange aggregate(Exchange before, Exchange event, Exchange poll) {
        polls.end(event);
        return poll;
    }

    @Override
    public Exchange aggregate(Exchange before, Exchange event) {
        throw new UnsupportedOperationException("The split has to pass the exchange of the poll");
    }
}
