package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.changes.RowChange;
import dev.tidewatch.database.DatabaseState;
import dev.tidewatch.kafka.RecordOrigin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollsTest {

    private static final TopicPartition PARTITION = new TopicPartition("user-events", 1);
    private static final TopicPartition OTHER = new TopicPartition("user-events", 2);
    private static final long TIME = 1_700_000_000_000L;

    private static final RowChange CHANGE = new RowChange("INSERT", "shop", "orders", Map.of(), Map.of("id", 1L), null, null,
            Instant.ofEpochMilli(TIME), null);

    private final CamelContext camel = new DefaultCamelContext();
    private final Broker consumer = new Broker();
    private final ConsumerCounts counts = new ConsumerCounts(new SimpleMeterRegistry());
    private final Polls polls = new Polls(List.of(), new Positions(counts), counts, new PollFailures(),
            new TransientFailures(), new DatabaseState());
    private final RecordHeaders headers = new RecordHeaders();

    /** Records commits. Kafka deletes the committed offsets of a topic with it. */
    private static final class Broker extends MockConsumer<byte[], byte[]> {

        private final List<Map<TopicPartition, OffsetAndMetadata>> commits = new ArrayList<>();
        private boolean isRecreated;
        private KafkaException commitFailure;

        Broker() {
            super("earliest");
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout) {
            return isRecreated ? Map.of() : super.committed(partitions, timeout);
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            if (commitFailure != null) {
                throw commitFailure;
            }
            commits.add(Map.copyOf(offsets));
            super.commitSync(offsets, timeout);
        }
    }

    @BeforeEach
    void assign() {
        consumer.assign(List.of(PARTITION, OTHER));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L, OTHER, 0L));
    }

    @Test
    void beginsAPollOfSeveralPartitions() {
        Exchange exchange = begin(records(PARTITION, TIME, 7, 8), records(OTHER, TIME, 3));

        assertThat(exchange.isTransacted()).isTrue();
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        Poll poll = exchange.getVariable("poll", Poll.class);
        assertThat(poll.groupId()).isEqualTo(consumer.groupMetadata().groupId());
        assertThat(offsets(poll.records())).containsExactlyInAnyOrder(7L, 8L, 3L);
        PolledPartition partition = partition(poll);
        assertThat(List.of(partition.firstOffset(), partition.nextOffset())).containsExactly(7L, 9L);
        ConsumedRecord record = partition.records().get(0);
        assertThat(record.origin()).isEqualTo(new RecordOrigin("user-events", 1, 7));
        assertThat(record.timestamp()).isEqualTo(TIME);
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("key 7");
        assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("value 7");
    }

    @Test
    void commitsAllPartitionsInOneRequest() throws Exception {
        Poll poll = poll(records(PARTITION, TIME, 7, 8), records(OTHER, TIME, 3));
        List<String> remembered = new ArrayList<>();
        partition(poll).setRemembered(remembering(remembered));
        handle(poll, false, 3);

        polls.commit(poll);

        assertThat(consumer.commits).containsExactly(
                Map.of(PARTITION, new OffsetAndMetadata(9, "state before 9"), OTHER, new OffsetAndMetadata(4)));
        assertThat(remembered).as("after the commit").containsExactly("continue at 9");
    }

    @Test
    void handlesNothingOfAPollThatComesTooEarly() throws Exception {
        Poll first = poll(records(PARTITION, TIME, 7, 8));
        handle(first, false, 2);
        polls.commit(first);
        consumer.isRecreated = true;

        assertThat(begin(records(PARTITION, TIME, 3)).isRouteStop()).isTrue();
        assertThat(consumer.position(PARTITION)).isZero();
    }

    @Test
    void commitsUpToTheFirstFailureAndContinuesTheOtherPartitions() {
        Poll poll = poll(records(PARTITION, TIME, 7, 8, 9, 10), records(OTHER, TIME, 3, 4));
        List<String> remembered = new ArrayList<>();
        partition(poll).setRemembered(remembering(remembered));
        IllegalStateException failure = new IllegalStateException();
        List<Long> handled = new ArrayList<>();
        for (Iterator<Poll.RecordBatch> batches = poll.batches(false); batches.hasNext();) {
            Poll.RecordBatch batch = batches.next();
            if (poll.take(batch)) {
                long offset = batch.records().get(0).origin().offset();
                handled.add(offset);
                if (offset == 8) {
                    batch.partition().fail(failure);
                }
            }
            batch.end();
        }
        assertThat(handled).containsExactlyInAnyOrder(7L, 8L, 3L, 4L);

        assertThatThrownBy(() -> polls.commit(poll)).isSameAs(failure);
        polls.rewind(poll, failure);

        assertThat(consumer.commits).containsExactly(
                Map.of(PARTITION, new OffsetAndMetadata(8, "state before 8"), OTHER, new OffsetAndMetadata(5)));
        assertThat(remembered).containsExactly("continue at 8");
        assertThat(consumer.position(PARTITION)).isEqualTo(8);
        assertThat(counts.counts(poll.groupId(), List.of("user-events")).retried()).as("one partition").isEqualTo(1);
    }

    @Test
    void handsOverNoHandledRecordAgainAfterAFailedCommit() {
        Poll failed = poll(records(PARTITION, TIME, 7, 8, 9));
        List<String> remembered = new ArrayList<>();
        partition(failed).setRemembered(remembering(remembered));
        handle(failed, false, 2);
        consumer.commitFailure = new TimeoutException("no answer");
        assertThatThrownBy(() -> polls.commit(failed)).isSameAs(consumer.commitFailure);
        polls.rewind(failed, consumer.commitFailure);
        assertThat(consumer.position(PARTITION)).isEqualTo(7);
        assertThat(remembered).containsExactly("continue at 7");

        consumer.commitFailure = null;
        Poll smaller = poll(records(PARTITION, TIME, 7));
        assertThat(pending(smaller)).isEmpty();
        commit(smaller);
        assertThat(pending(poll(records(PARTITION, TIME, 8, 9)))).as("8 was handled, but not committed").containsExactly(9L);
    }

    @Test
    void aSlowRouteCommitsAfterItsShareAndContinuesWithTheRest() {
        AtomicLong seconds = new AtomicLong();
        Poll poll = new Poll(consumer, List.of(records(PARTITION, TIME, 7, 8, 9), records(OTHER, TIME, 3, 4, 5)),
                () -> Duration.ofSeconds(seconds.get()).toNanos());
        begin(poll);
        List<Long> handled = new ArrayList<>();
        for (Iterator<Poll.RecordBatch> batches = poll.batches(false); batches.hasNext();) {
            Poll.RecordBatch batch = batches.next();
            if (poll.take(batch)) {
                handled.add(batch.records().get(0).origin().offset());
                // More than the half of two seconds, for the second of the first partition.
                seconds.addAndGet(handled.size() == 2 ? 2 : 0);
            }
            batch.end();
        }
        assertThat(handled).containsExactly(7L, 8L, 3L, 4L, 5L);

        commit(poll);

        assertThat(consumer.commits).containsExactly(Map.of(PARTITION, new OffsetAndMetadata(9), OTHER, new OffsetAndMetadata(6)));
        assertThat(consumer.position(PARTITION)).isEqualTo(9);
        assertThat(counts.counts(poll.groupId(), List.of("user-events")).retried()).isZero();
        assertThat(pending(poll(records(PARTITION, TIME, 9)))).containsExactly(9L);
    }

    @Test
    void aPartitionWithoutAnyTimeLeftIsNotRetriedBecauseAnotherFails() {
        Poll poll = poll(records(PARTITION, TIME, 7), records(OTHER, TIME, 3));
        IllegalStateException failure = new IllegalStateException();
        for (Iterator<Poll.RecordBatch> batches = poll.batches(false); batches.hasNext();) {
            Poll.RecordBatch batch = batches.next();
            if (batch.partition().partition().equals(PARTITION) && poll.take(batch)) {
                batch.partition().fail(failure);
            }
            batch.end();
        }

        assertThatThrownBy(() -> polls.commit(poll)).isSameAs(failure);
        polls.rewind(poll, failure);

        assertThat(List.of(consumer.position(PARTITION), consumer.position(OTHER))).containsExactly(7L, 3L);
        assertThat(counts.counts(poll.groupId(), List.of("user-events")).retried()).isEqualTo(1);
    }

    @Test
    void aRecordThatCannotBeHandledIsNotLeftToTheNextPoll() {
        AtomicLong seconds = new AtomicLong();
        Poll poll = new Poll(consumer, List.of(records(PARTITION, TIME, 7, 8)), () -> Duration.ofSeconds(seconds.get()).toNanos());
        begin(poll);
        Iterator<Poll.RecordBatch> batches = poll.batches(false);
        Poll.RecordBatch failed = batches.next();
        assertThat(poll.take(failed)).isTrue();
        Poll.RecordBatch slow = batches.next();
        failed.records().get(0).setUnreadable(new IllegalStateException());
        poll.handOverSingly(failed);
        assertThat(poll.take(slow)).isTrue();
        seconds.addAndGet(60);

        Poll.RecordBatch again = batches.next();

        assertThat(offsets(again.records())).containsExactly(7L);
        assertThat(poll.take(again)).isTrue();
    }

    @Test
    void waitsUntilASlowWorkerHasEndedItsAttempt() {
        Poll slow = poll(records(PARTITION, TIME, 7, 8));
        handle(slow, false, 1);
        Broker worker = new Broker();
        worker.assign(List.of(PARTITION));
        worker.updateBeginningOffsets(Map.of(PARTITION, 0L));
        worker.seek(PARTITION, 9);
        PolledPartition same = PolledRecords.partition(worker, PARTITION, PolledRecords.record(PARTITION, 7, TIME, null, null, headers),
                PolledRecords.record(PARTITION, 8, TIME, null, null, headers));

        assertThat(begin(PolledRecords.poll(worker, same)).isRouteStop()).isTrue();
        assertThat(worker.position(PARTITION)).isEqualTo(7);

        // Its commit fails, because Kafka has given the partition to the other worker.
        polls.rewind(slow, new TimeoutException());
        assertThat(begin(PolledRecords.poll(worker, same)).isRouteStop()).isFalse();
        assertThat(offsets(same.pending())).as("the first has handled 7").containsExactly(8L);
    }

    @Test
    void duplicatesAreNotHandedOverAgain() {
        Poll failed = poll(records(PARTITION, TIME, 7, 8));
        failed.records().get(0).markDuplicate();
        polls.rewind(failed, new IllegalStateException());

        assertThat(pending(poll(records(PARTITION, TIME, 7, 8)))).containsExactly(8L);
    }

    @Test
    void handlesAllRecordsAgainAfterAnOffsetReset() {
        Poll failed = poll(records(PARTITION, TIME, 7, 8));
        handle(failed, false, 1);
        Poll again = poll(records(PARTITION, TIME, 7, 8));
        handle(again, false, 1);
        commit(again);

        assertThat(pending(poll(records(PARTITION, TIME, 7, 8)))).containsExactly(7L, 8L);
    }

    @Test
    void handlesRecordsOfARecreatedTopic() {
        handle(poll(records(PARTITION, TIME, 7, 8)), false, 1);

        assertThat(pending(poll(records(PARTITION, TIME + 1, 7, 8)))).containsExactly(7L, 8L);
    }

    @Test
    void handlesAllRecordsAfterTheirProgressWasDropped() {
        Poll failed = poll(records(PARTITION, TIME, 7, 8));
        handle(failed, false, 1);
        polls.forget("another group");
        assertThat(pending(poll(records(PARTITION, TIME, 7, 8)))).containsExactly(8L);

        polls.forget(failed.groupId());
        Poll uncommitted = poll(records(PARTITION, TIME, 7, 8));
        assertThat(pending(uncommitted)).containsExactly(7L, 8L);
        handle(uncommitted, false, 1);
        polls.skipCommit(uncommitted);
        assertThat(pending(poll(records(PARTITION, TIME, 7, 8)))).containsExactly(7L, 8L);
        assertThat(consumer.commits).isEmpty();
    }

    @Test
    void skipsRecordsReplayedForAnotherGroup() {
        headers.add(ConsumedRecord.REPLAYS_HEADER, "1".getBytes());
        headers.add(ConsumedRecord.GROUP_HEADER, "another group".getBytes());
        assertThat(pending(poll(records(PARTITION, TIME, 7)))).isEmpty();

        headers.add(ConsumedRecord.GROUP_HEADER, consumer.groupMetadata().groupId().getBytes());
        Poll own = poll(records(PARTITION, TIME, 8));
        assertThat(pending(own)).hasSize(1);
        assertThat(own.records().get(0).isReplayed()).isTrue();

        headers.remove(ConsumedRecord.REPLAYS_HEADER);
        headers.add(ConsumedRecord.GROUP_HEADER, "another group".getBytes());
        assertThat(pending(poll(records(PARTITION, TIME, 9)))).as("not replayed").hasSize(1);
    }

    @Test
    void unpacksEvents() throws Exception {
        Poll poll = poll(records(PARTITION, TIME, 7, 8));
        poll.records().get(0).setEvent(CHANGE);
        IllegalStateException unreadable = new IllegalStateException();
        poll.records().get(1).setUnreadable(unreadable);
        Iterator<Poll.RecordBatch> batches = poll.batches(false);

        Exchange first = unpack(poll, batches.next());
        assertThat(first.getMessage().getBody()).isSameAs(CHANGE);
        assertThat(first.getMessage().getHeaders()).containsEntry("eventTime", "2023-11-14T22:13:20.000Z")
                .containsEntry("eventTopic", "user-events").containsEntry("eventPartition", 1).containsEntry("eventOffset", 7L);
        assertThat(UUID.fromString(first.getMessage().getHeader("eventId", String.class)))
                .as("from the origin, because the table has no key").isEqualTo(
                        UUID.nameUUIDFromBytes(new RecordOrigin("user-events", 1, 7).toString().getBytes(StandardCharsets.UTF_8)));
        ConsumedRecord record = first.getProperty(Polls.RECORD, ConsumedRecord.class);
        assertThat(record).isSameAs(poll.records().get(0));
        assertThat(List.of(record.routeId(), record.groupId())).containsExactly("my-route", poll.groupId());

        assertThatThrownBy(() -> unpack(poll, batches.next())).isSameAs(unreadable);
    }

    @Test
    void unpacksAllReadableEventsOfAPartitionTogether() throws Exception {
        Poll poll = poll(records(PARTITION, TIME, 7, 8, 9, 10));
        poll.records().forEach(record -> record.setEvent(CHANGE));
        poll.records().get(2).setUnreadable(new IllegalStateException());
        Iterator<Poll.RecordBatch> batches = poll.batches(true);

        Poll.RecordBatch batch = batches.next();
        Exchange exchange = unpack(poll, batch);
        assertThat(exchange.getMessage().getBody()).isEqualTo(List.of(CHANGE, CHANGE));
        assertThat(exchange.getProperty(Polls.RECORDS)).isEqualTo(poll.records().subList(0, 2));
        assertThat(exchange.getProperty(Polls.RECORD)).isNull();
        assertThat(polls.isSingle(exchange)).isFalse();
        batch.end();
        assertThat(poll.records()).extracting(ConsumedRecord::isDone).containsExactly(true, true, false, false);

        batch = batches.next();
        assertThat(offsets(batch.records())).as("the unreadable one").containsExactly(9L);
        exchange = unpack(poll, batches.next());
        assertThat(exchange.getMessage().getBody()).as("a list also of one").isEqualTo(List.of(CHANGE));
        assertThat(polls.isSingle(exchange)).isTrue();
        assertThat(exchange.getProperty(Polls.RECORD)).isSameAs(poll.records().get(3));
        assertThat(unpack(poll, batches.next()).isRouteStop()).as("in case the last had failed").isTrue();
        assertThat(unpack(poll, batches.next()).isRouteStop()).isTrue();
        assertThat(batches.hasNext()).isFalse();
    }

    @Test
    void handsTheRecordsOfAFailedBatchOverSingly() {
        Poll poll = poll(records(PARTITION, TIME, 7, 8));
        Iterator<Poll.RecordBatch> batches = poll.batches(true);
        Poll.RecordBatch failed = batches.next();
        assertThat(poll.take(failed)).isTrue();
        assertThat(batches.hasNext()).as("Camel asks before the batch fails").isTrue();

        poll.handOverSingly(failed);
        failed.end();
        assertThat(poll.records()).noneMatch(ConsumedRecord::isDone);

        for (long offset = 7; offset <= 8; offset++) {
            Poll.RecordBatch single = batches.next();
            assertThat(poll.take(single)).isTrue();
            assertThat(offsets(single.records())).containsExactly(offset);
            assertThat(single.isTogether()).isTrue();
            single.end();
        }
        for (int empty = 0; empty < 3; empty++) {
            assertThat(poll.take(batches.next())).isFalse();
        }
        assertThat(batches.hasNext()).isFalse();
        assertThat(poll.records()).allMatch(ConsumedRecord::isDone);
    }

    @Test
    void rewindsAndBacksOff() {
        Poll poll = poll(records(PARTITION, TIME, 7, 8));
        consumer.seek(PARTITION, 9);
        long[] atLeast = {100, 200, 400, 800, 1600, 2500, 2500};
        long[] lessThan = {200, 400, 800, 1600, 3200, 5000, 5000};
        for (int failure = 0; failure < atLeast.length; failure++) {
            polls.rewind(poll, new IllegalStateException());
            for (int i = 0; i < 200; i++) {
                assertThat(polls.backoff(poll).toMillis()).as("failure " + failure)
                        .isGreaterThanOrEqualTo(atLeast[failure]).isLessThan(lessThan[failure]);
            }
        }
        assertThat(consumer.position(PARTITION)).isEqualTo(7);

        handle(poll, false, 2);
        commit(poll);
        Poll next = poll(records(PARTITION, TIME, 9));
        polls.rewind(next, new IllegalStateException());
        assertThat(polls.backoff(next).toMillis()).as("starts over after a commit").isLessThan(200);
    }

    @Test
    void rewindClearsTheInterruptAndIgnoresARevokedPartition() {
        Poll poll = poll(records(PARTITION, TIME, 7));
        consumer.assign(List.of());
        Thread.currentThread().interrupt();

        polls.rewind(poll, new IllegalStateException());

        assertThat(Thread.interrupted()).isFalse();
    }

    private static Remembered remembering(List<String> calls) {
        return new Remembered() {
            @Override
            public String metadata(long offset) {
                return "state before " + offset;
            }

            @Override
            public void continueAt(long offset) {
                calls.add("continue at " + offset);
            }
        };
    }

    private static List<Long> offsets(List<ConsumedRecord> records) {
        return records.stream().map(record -> record.origin().offset()).toList();
    }

    private static List<Long> pending(Poll poll) {
        return offsets(partition(poll).pending());
    }

    private static PolledPartition partition(Poll poll) {
        return poll.partitions().stream().filter(partition -> partition.partition().equals(PARTITION)).findAny().orElseThrow();
    }

    /** Handles some batches. */
    private static void handle(Poll poll, boolean together, int number) {
        Iterator<Poll.RecordBatch> batches = poll.batches(together);
        for (int i = 0; i < number; i++) {
            Poll.RecordBatch batch = batches.next();
            assertThat(poll.take(batch)).isTrue();
            batch.end();
        }
    }

    private void commit(Poll poll) {
        try {
            polls.commit(poll);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Exchange unpack(Poll poll, Poll.RecordBatch batch) throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        exchange.setVariable("poll", poll);
        exchange.setVariable("routeId", "my-route");
        exchange.getMessage().setBody(batch);
        polls.unpack(exchange);
        return exchange;
    }

    private Poll poll(PolledPartition... partitions) {
        return begin(partitions).getVariable("poll", Poll.class);
    }

    private Exchange begin(PolledPartition... partitions) {
        return begin(PolledRecords.poll(consumer, partitions));
    }

    private Exchange begin(Poll poll) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(poll);
        exchange.getMessage().setHeader("kafka.TOPIC", "user-events");
        polls.begin(exchange);
        return exchange;
    }

    private PolledPartition records(TopicPartition partition, long timestamp, long... offsets) {
        return new PolledPartition(consumer, partition, LongStream.of(offsets).mapToObj(offset -> PolledRecords.record(
                partition, offset, timestamp, "key " + offset, "value " + offset, new RecordHeaders(headers))).toList());
    }
}
