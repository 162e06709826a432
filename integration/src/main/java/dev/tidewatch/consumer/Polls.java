package dev.tidewatch.consumer;

import dev.tidewatch.database.DatabaseState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/** Hands the records of a {@link Poll} to a route, and commits it. */
@Component("polls")
public class Polls {

    /** Exchange property with the {@link ConsumedRecord} of the event. Not a variable, because a user's route could overwrite that. */
    public static final String RECORD = "tidewatch.record";
    /** Exchange property with the list of {@link ConsumedRecord}s whose events are the list in the body, in the same order. */
    public static final String RECORDS = "tidewatch.records";

    private static final Logger log = LoggerFactory.getLogger(Polls.class);
    private static final long MIN_BACKOFF_MILLIS = 100;
    private static final long MAX_BACKOFF_MILLIS = 5000;

    /** Only partitions with uncommitted records. */
    private final Map<GroupPartition, Progress> progress = new ConcurrentHashMap<>();
    /** By the id of its exchange, the batch that a route handles. A route can remove properties and overwrite variables. */
    private final Map<String, Taken> taken = new ConcurrentHashMap<>();
    private final List<CommittedWindows<?>> windows;
    private final Positions positions;
    private final ConsumerCounts counts;
    private final PollFailures failures;
    private final TransientFailures transientFailures;
    private final DatabaseState databaseState;

    private record Taken(Poll poll, Poll.RecordBatch batch) {
    }

    Polls(List<CommittedWindows<?>> windows, Positions positions, ConsumerCounts counts, PollFailures failures,
            TransientFailures transientFailures, DatabaseState databaseState) {
        this.windows = windows;
        this.positions = positions;
        this.counts = counts;
        this.failures = failures;
        this.transientFailures = transientFailures;
        this.databaseState = databaseState;
    }

    /** Moves the {@link Poll} in the body to the variable {@code poll}, without the partitions whose consumer has to continue elsewhere. */
    public void begin(Exchange exchange) {
        Poll poll = exchange.getMessage().getBody(Poll.class);
        poll.partitions().forEach(failures::succeeded);
        poll.retain(positions::handling);
        int polled = poll.partitions().size();
        poll.retain(this::begin);
        if (poll.partitions().size() < polled) {
            Utils.sleep(MIN_BACKOFF_MILLIS);
        }
        if (poll.partitions().isEmpty()) {
            exchange.setRouteStop(true);
            return;
        }
        // They belong to one record of many.
        exchange.getMessage().removeHeaders("*");
        // Stay on the consumer thread: the transaction and the KafkaConsumer are bound to it.
        exchange.getExchangeExtension().setTransacted(true);
        exchange.setVariable("poll", poll);
    }

    private boolean begin(PolledPartition partition) {
        Progress known = progress.computeIfAbsent(partition.source(), source -> new Progress());
        partition.setProgress(known);
        if (known.begin(partition)) {
            return true;
        }
        partition.rewind();
        return false;
    }

    /**
     * Replaces the batch in the body of an exchange by its event, and sets the event headers; or by the list of its events, if they are to
     * be handled together. Ends the route of a batch that is left to the next poll.
     *
     * @throws Exception the reason why the record is unreadable
     */
    public void unpack(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        Poll.RecordBatch batch = message.getBody(Poll.RecordBatch.class);
        Poll poll = exchange.getVariable("poll", Poll.class);
        if (poll.latest() != null) {
            // Camel aggregates it after the next one has begun.
            end(poll.latest());
        }
        poll.setLatest(exchange);
        if (!poll.take(batch)) {
            exchange.setRouteStop(true);
            return;
        }
        taken.put(exchange.getExchangeId(), new Taken(poll, batch));
        positions.begin(batch);
        String routeId = exchange.getVariable("routeId", String.class);
        for (ConsumedRecord record : batch.records()) {
            record.setReader(routeId, batch.partition().groupId());
        }
        ConsumedRecord first = batch.records().get(0);
        if (batch.isSingle()) {
            exchange.setProperty(RECORD, first);
        }
        if (first.unreadable() != null) {
            throw first.unreadable();
        }
        if (batch.isTogether()) {
            exchange.setProperty(RECORDS, batch.records());
            message.setBody(batch.records().stream().map(ConsumedRecord::event).toList());
        } else {
            first.copyTo(message);
        }
    }

    /** Whether a batch has one record, which can become a dead letter. Sets the property again, which a route can remove. */
    public boolean isSingle(Exchange exchange) {
        Poll.RecordBatch batch = taken.get(exchange.getExchangeId()).batch();
        if (batch.isSingle()) {
            exchange.setProperty(RECORD, batch.records().get(0));
        }
        return batch.isSingle();
    }

    /** Hands the records of a batch over again, one at a time. */
    public void handOverSingly(Exchange exchange) {
        Taken handled = taken.get(exchange.getExchangeId());
        handled.poll().handOverSingly(handled.batch());
    }

    /** Leaves a batch, and what follows it in its partition, to the next attempt. */
    public void fail(Exchange exchange, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        taken.get(exchange.getExchangeId()).batch().partition().fail(failure);
    }

    /**
     * Ends a batch. Camel skips {@code doCatch} when a route both fails and stops, so that its exchange still has the failure. A permanent
     * one is thrown again, where the route cannot stop.
     */
    void end(Exchange exchange) {
        Taken handled = taken.remove(exchange.getExchangeId());
        if (handled == null) {
            return;
        }
        Poll.RecordBatch batch = handled.batch();
        Exception failure = exchange.getException();
        if (failure != null && transientFailures.include(failure)) {
            batch.partition().fail(failure);
        } else if (failure != null) {
            if (batch.isSingle()) {
                batch.records().get(0).setUnreadable(failure);
            }
            handled.poll().handOverSingly(batch);
        }
        batch.end();
    }

    /**
     * Commits the handled records of a poll, and waits for the broker. The consumer continues with the rest.
     *
     * @throws Exception the reason why a record could not be handled
     */
    public void commit(@Variable("poll") Poll poll) throws Exception {
        poll.commitOffsets();
        for (PolledPartition partition : poll.partitions()) {
            long reached = partition.committedOffset();
            if (reached > partition.firstOffset()) {
                committed(partition, reached);
            }
            if (reached < partition.nextOffset() && !partition.hasFailed()) {
                partition.rewind();
            }
            partition.progress().end(partition);
        }
        if (poll.failure() != null) {
            throw poll.failure();
        }
    }

    private void committed(PolledPartition partition, long offset) {
        positions.committed(partition);
        Progress known = partition.progress();
        if (offset == partition.nextOffset()) {
            known.forget();
        }
        if (known.committed(offset)) {
            log.info("{} continues with {}", partition.groupId(), partition.partition());
        }
        if (known.isEmpty()) {
            progress.remove(partition.source(), known);
        }
    }

    /** Ends a poll without a commit, for consumers that commit nothing. */
    public void skipCommit(@Variable("poll") Poll poll) {
        for (PolledPartition partition : poll.partitions()) {
            positions.handled(partition);
            progress.remove(partition.source(), partition.progress());
        }
    }

    /** Makes the consumer re-read what is not committed. Logs the first failure only, and none that the database explains. */
    public void rewind(@Variable("poll") Poll poll, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Throwable failure) {
        // A route that blocked was interrupted to stop it. A consumer cannot leave its group on an interrupted thread.
        Thread.interrupted();
        taken.values().removeIf(batch -> batch.poll() == poll);
        for (PolledPartition partition : poll.partitions()) {
            partition.progress().end(partition);
            if (partition.hasFailed() || !partition.isCommitted()) {
                partition.rewind();
            }
            // The others had no time left, and nothing to commit.
            if (partition.hasFailed() || !poll.isCommitted()) {
                Throwable cause = partition.hasFailed() ? partition.failure() : failure;
                positions.retried(partition, cause);
                if (partition.progress().failed(databaseState.isUnrelatedTo(cause))) {
                    log.warn("{} retries {} until it succeeds: {}", partition.groupId(), partition.partition(),
                            NestedExceptionUtils.getMostSpecificCause(cause).getClass().getName());
                }
            }
        }
    }

    /** Forgets the uncommitted records of a consumer group that was removed, or whose thread was abandoned. */
    public void forget(String groupId) {
        progress.keySet().removeIf(source -> source.groupId().equals(groupId));
        windows.forEach(window -> window.forget(groupId));
        positions.forget(groupId);
        counts.forget(groupId);
        failures.forget(groupId);
    }

    /** The delay before the next attempt: exponential backoff from 100 ms to 5 s, of which the upper half is random. */
    public Duration backoff(@Variable("poll") Poll poll) {
        int failures = poll.partitions().stream().mapToInt(partition -> partition.progress().failures()).max().orElse(0);
        long most = Math.min(MAX_BACKOFF_MILLIS, MIN_BACKOFF_MILLIS << Math.min(failures, 10));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most));
    }
}
