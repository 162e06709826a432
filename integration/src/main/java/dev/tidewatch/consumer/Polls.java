package dev.tidewatch.consumer;

import dev.tidewatch.database.DatabaseState;
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
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Combines the exchanges of a poll into one and commits it. The only class that uses Camel's names for the coordinates of a Kafka record,
 * because later Camel versions rename them.
 */
@Component("polls")
public class Polls {

    /** Exchange property with the {@link ConsumedRecord} of the event. Not a variable, because a user's route could overwrite that. */
    public static final String RECORD = "tidewatch.record";
    /** Exchange property with the list of {@link ConsumedRecord}s whose events are the list in the body, in the same order. */
    public static final String RECORDS = "tidewatch.records";

    private static final Logger log = LoggerFactory.getLogger(Polls.class);
    private static final long MIN_BACKOFF_MILLIS = 100;
    private static final long MAX_BACKOFF_MILLIS = 5000;

    /** The poll that the thread of a consumer is collecting. */
    private final ThreadLocal<Poll> collecting = new ThreadLocal<>();
    /** Only partitions with uncommitted records. */
    private final Map<GroupPartition, Progress> progress = new ConcurrentHashMap<>();
    private final Consumers consumers;
    private final DatabaseState databaseState;

    /** The uncommitted records of a partition. Confined to the thread of its consumer. */
    static final class Progress {

        private Poll uncommitted;
        private int failures;
        private boolean isReported;
        /** Offset to timestamp of each handled record. The timestamp distinguishes a record from one in a recreated topic. */
        private final NavigableMap<Long, Long> handled = new TreeMap<>();
    }

    Polls(Consumers consumers, DatabaseState databaseState) {
        this.consumers = consumers;
        this.databaseState = databaseState;
    }

    /**
     * Adds the record of an exchange to the poll and ends its route. The exchange of the last record of a partition continues instead,
     * with the {@link Poll} in the variable {@code poll}.
     */
    public void collect(Exchange exchange) {
        Message message = exchange.getMessage();
        DefaultKafkaManualCommit commit = message.getHeader(KafkaConstants.MANUAL_COMMIT, DefaultKafkaManualCommit.class);
        Poll poll = collecting.get();
        if (poll == null || !poll.isFrom(commit.getConsumer(), commit.getPartition())) {
            poll = new Poll(commit.getConsumer(), commit.getPartition());
            collecting.set(poll);
        }
        poll.add(new ConsumedRecord(
                new RecordOrigin(commit.getPartition().topic(), commit.getPartition().partition(), commit.getRecordOffset()),
                message.getHeader(KafkaConstants.TIMESTAMP, Long.class),
                (byte[]) message.getHeader(KafkaConstants.KEY), (byte[]) message.getBody(),
                message.getHeader(KafkaConstants.HEADERS, Headers.class)));
        if ((boolean) message.getHeader(KafkaConstants.LAST_RECORD_BEFORE_COMMIT)) {
            collecting.remove();
            if (!consumers.handling(poll)) {
                exchange.setRouteStop(true);
                return;
            }
            skipHandledRecords(poll);
            // They belong to one record of many, and are untrusted.
            message.removeHeaders("*");
            // Stay on the consumer thread: the transaction and the KafkaConsumer are bound to it.
            exchange.getExchangeExtension().setTransacted(true);
            exchange.setVariable("poll", poll);
        } else {
            exchange.setRouteStop(true);
        }
    }

    /** Marks the records that were handled before an earlier attempt at this poll failed, and those replayed for another group. */
    private void skipHandledRecords(Poll poll) {
        Progress known = progress.computeIfAbsent(poll.source(), source -> new Progress());
        poll.setProgress(known);
        if (known.uncommitted != null) {
            known.uncommitted.records().stream().filter(ConsumedRecord::isDone)
                    .forEach(record -> known.handled.put(record.origin().offset(), record.timestamp()));
        }
        known.uncommitted = poll;
        known.handled.headMap(poll.firstOffset()).clear();
        for (ConsumedRecord record : poll.records()) {
            Long timestamp = known.handled.get(record.origin().offset());
            if (timestamp != null && timestamp == record.timestamp() || record.isReplayedForAnotherGroupThan(poll.groupId())) {
                record.markDone();
            }
        }
    }

    /**
     * Replaces the record in the body of an exchange by its event, and sets the event headers. Ends the route of all records after a
     * failure; the next attempt handles them.
     *
     * @throws Exception the reason why the record is unreadable
     */
    public void unpackEvent(Exchange exchange) throws Exception {
        Poll poll = exchange.getVariable("poll", Poll.class);
        if (poll.hasFailed()) {
            exchange.setRouteStop(true);
            return;
        }
        Message message = exchange.getMessage();
        ConsumedRecord record = message.getBody(ConsumedRecord.class);
        poll.begin(record);
        consumers.begin(poll, record);
        record.setReader(exchange.getVariable("routeId", String.class), poll.groupId());
        exchange.setProperty(RECORD, record);
        if (record.unreadable() != null) {
            throw record.unreadable();
        }
        record.copyTo(message);
    }

    /** Commits the offset of a poll, and waits for the broker. */
    public void commit(@Variable("poll") Poll poll) {
        poll.commitOffset();
        consumers.committed(poll);
        Progress known = poll.progress();
        known.uncommitted = null;
        known.handled.headMap(poll.nextOffset()).clear();
        known.failures = 0;
        if (known.isReported) {
            known.isReported = false;
            log.info("{} continues with {}", poll.groupId(), poll.partition());
        }
        if (known.handled.isEmpty()) {
            progress.remove(poll.source(), known);
        }
    }

    /** Ends a poll without a commit, for consumers that commit nothing. */
    public void skipCommit(@Variable("poll") Poll poll) {
        consumers.handled(poll);
        progress.remove(poll.source(), poll.progress());
    }

    /** Makes the consumer re-read a failed poll. Logs the first failure only, and none that the database explains. */
    public void rewind(@Variable("poll") Poll poll, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        // A route that blocked was interrupted to stop it. A consumer cannot leave its group on an interrupted thread.
        Thread.interrupted();
        poll.rewind();
        consumers.retried(poll, failure);
        Progress known = poll.progress();
        known.failures++;
        if (!known.isReported && databaseState.isUnrelatedTo(failure)) {
            known.isReported = true;
            log.warn("{} retries {} until it succeeds: {}", poll.groupId(), poll.partition(),
                    NestedExceptionUtils.getMostSpecificCause(failure).getClass().getName());
        }
    }

    /** Forgets the uncommitted records of a consumer group that was removed, or whose thread was abandoned. */
    public void forget(String groupId) {
        progress.keySet().removeIf(source -> source.groupId().equals(groupId));
        consumers.forget(groupId);
    }

    /** The delay before the next attempt: exponential backoff from 100 ms to 5 s, of which the upper half is random. */
    public Duration backoff(@Variable("poll") Poll poll) {
        int failures = poll.progress().failures;
        long most = Math.min(MAX_BACKOFF_MILLIS, MIN_BACKOFF_MILLIS << Math.min(failures, 10));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most));
    }
}
