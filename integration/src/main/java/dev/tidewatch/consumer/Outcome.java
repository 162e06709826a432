package dev.tidewatch.consumer;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * Records the outcome of each event of a poll. Only a failure reaches the exchange of the poll: other changes that a route made to the
 * exchange of an event, such as {@code stop}, must not affect other events.
 */
@Component("outcome")
public class Outcome implements AggregationStrategy {

    @Override
    public Exchange aggregate(Exchange before, Exchange event, Exchange poll) {
        Poll records = poll.getVariable("poll", Poll.class);
        if (event.getException() == null) {
            records.succeed();
        } else {
            records.fail();
            poll.setException(event.getException());
        }
        return poll;
    }

    @Override
    public Exchange aggregate(Exchange before, Exchange event) {
        throw new UnsupportedOperationException("The split has to pass the exchange of the poll");
    }
}
