package dev.tidewatch.consumer;

import dev.tidewatch.kafka.RecordOrigin;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Makes one exchange of the many of a poll, and commits it. The one place that knows what Camel calls the coordinates of a Kafka
 * record; later Camel lines rename them.
 */
@Component("polls")
public class Polls {

    /** The property of an exchange that holds the {@link ConsumedRecord} of its event; a variable, a route could take for its own. */
    public static final String RECORD = "tidewatch.record";

    private static final Logger log = LoggerFactory.getLogger(Polls.class);
    private static final long SHORTEST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5000;

    /** The poll that a consumer's thread is collecting. */
    private final ThreadLocal<Poll> collecting = new ThreadLocal<>();
    /** Only of the partitions with something that is not committed. */
    private final Map<Place, Progress> progress = new ConcurrentHashMap<>();

    private record Place(String groupId, TopicPartition partition) {
    }

    /** What is handled of a partition and not yet committed; of the thread of its consumer. */
    static final class Progress {

        private Poll uncommitted;
        private int failures;
        /** Offset to timestamp; the latter tells a record from one at the same place of a topic that was created anew. */
        private final NavigableMap<Long, Long> done = new TreeMap<>();
    }

    /**
     * Takes the record of an exchange, which ends here unless the record is the last of its partition in this poll; then the whole poll
     * is the variable {@code poll}.
     */
    public void collect(Exchange exchange) {
        Message message = exchange.getMessage();
        DefaultKafkaManualCommit commit = message.getHeader(KafkaConstants.MANUAL_COMMIT, DefaultKafkaManualCommit.class);
        Poll poll = collecting.get();
        if (poll == null || !poll.isOf(commit.getCamelExchangePayload().consumer, commit.getPartition())) {
            poll = new Poll(commit.getCamelExchangePayload().consumer, commit.getPartition());
            collecting.set(poll);
        }
        poll.add(new ConsumedRecord(
                new RecordOrigin(commit.getPartition().topic(), commit.getPartition().partition(), commit.getRecordOffset()),
                message.getHeader(KafkaConstants.TIMESTAMP, Long.class),
                (byte[]) message.getHeader(KafkaConstants.KEY), (byte[]) message.getBody(),
                message.getHeader(KafkaConstants.HEADERS, Headers.class)));
        if ((boolean) message.getHeader(KafkaConstants.LAST_RECORD_BEFORE_COMMIT)) {
            collecting.remove();
            skipWhatIsDone(poll);
            // Headers of one record say nothing of the others, and nobody vouches for them.
            message.removeHeaders("*");
            // Camel leaves the thread at no step: the database's transactions and Kafka's consumer belong to it.
            exchange.getExchangeExtension().setTransacted(true);
            exchange.setVariable("poll", poll);
        } else {
            exchange.setRouteStop(true);
        }
    }

    /** A poll that could not be committed is read again; what had been handled of it is not handled again. */
    private void skipWhatIsDone(Poll poll) {
        Progress known = progress.computeIfAbsent(new Place(poll.groupId(), poll.partition()), place -> new Progress());
        poll.continues(known);
        if (known.uncommitted != null) {
            known.uncommitted.records().stream().filter(ConsumedRecord::isDone)
                    .forEach(record -> known.done.put(record.origin().offset(), record.timestamp()));
        }
        known.uncommitted = poll;
        known.done.headMap(poll.firstOffset()).clear();
        for (ConsumedRecord record : poll.records()) {
            Long timestamp = known.done.get(record.origin().offset());
            if (timestamp != null && timestamp == record.timestamp() || record.isReplayedForAnotherGroupThan(poll.groupId())) {
                record.markDone();
            }
        }
    }

    /**
     * Puts a record's event in the body of an exchange, and where it comes from in headers. After a failure the records that are left
     * end here; they are read again.
     *
     * @throws Exception why the record cannot be read
     */
    public void open(Exchange exchange) throws Exception {
        Poll poll = exchange.getVariable("poll", Poll.class);
        if (poll.hasFailed()) {
            exchange.setRouteStop(true);
            return;
        }
        Message message = exchange.getMessage();
        ConsumedRecord record = message.getBody(ConsumedRecord.class);
        poll.handle(record);
        record.giveTo(exchange.getVariable("routeId", String.class), poll.groupId());
        exchange.setProperty(RECORD, record);
        if (record.unreadable() != null) {
            throw record.unreadable();
        }
        record.describe(message);
    }

    /** Commits the offset of a poll; that is done when this returns. */
    public void commit(@Variable("poll") Poll poll) {
        poll.commitOffset();
        Progress known = poll.progress();
        known.uncommitted = null;
        known.done.headMap(poll.nextOffset()).clear();
        if (known.failures > 0) {
            known.failures = 0;
            log.info("{} goes on with {}", poll.groupId(), poll.partition());
        }
        if (known.done.isEmpty()) {
            progress.remove(new Place(poll.groupId(), poll.partition()), known);
        }
    }

    /** Ends a poll of a consumer that commits nothing. */
    public void leave(@Variable("poll") Poll poll) {
        progress.remove(new Place(poll.groupId(), poll.partition()), poll.progress());
    }

    /** Makes the consumer read a poll that failed again; says so the first time. */
    public void readAgain(@Variable("poll") Poll poll, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        // A route that blocked was interrupted to end; its consumer could not leave its group in an interrupted thread.
        Thread.interrupted();
        poll.rewind();
        if (poll.progress().failures++ == 0) {
            log.warn("{} waits with {} and tries again: {}", poll.groupId(), poll.partition(),
                    NestedExceptionUtils.getMostSpecificCause(failure).getClass().getName());
        }
    }

    /** Forgets what a consumer group has handled and not committed: it is gone, or its thread is left to itself. */
    public void forget(String groupId) {
        progress.keySet().removeIf(place -> place.groupId().equals(groupId));
    }

    /** How long to wait before a poll is read again: about 0.1 s after its first failure, then twice as long each time, up to 5 s. */
    public Duration pause(@Variable("poll") Poll poll) {
        int failures = poll.progress().failures;
        long longest = Math.min(LONGEST_PAUSE_MILLIS, SHORTEST_PAUSE_MILLIS << Math.min(failures, 10));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest));
    }
}
