package dev.tidewatch.consumer;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * What became of each event of a poll. The exchange of the poll learns of a failure only: whatever else a route did to its own
 * exchange, such as {@code stop}, concerns no other event.
 */
@Component("outcome")
public class Outcome implements AggregationStrategy {

    @Override
    public Exchange aggregate(Exchange before, Exchange event, Exchange poll) {
        Poll records = poll.getVariable("poll", Poll.class);
        if (event.getException() == null) {
            records.handled();
        } else {
            records.fail();
            poll.setException(event.getException());
        }
        return poll;
    }

    @Override
    public Exchange aggregate(Exchange before, Exchange event) {
        throw new UnsupportedOperationException("Needs the exchange of the poll");
    }
}
