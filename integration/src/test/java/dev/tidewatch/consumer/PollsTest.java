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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualSyncCommit;
import org.apache.camel.component.kafka.consumer.KafkaManualCommitFactory.CamelExchangePayload;
import org.apache.camel.component.kafka.consumer.KafkaManualCommitFactory.KafkaRecordPayload;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollsTest {

    private static final TopicPartition PARTITION = new TopicPartition("user-events", 1);
    private static final long TIME = 1_700_000_000_000L;

    private final CamelContext camel = new DefaultCamelContext();
    private final RecreatedTopic consumer = new RecreatedTopic();
    private final Consumers consumers = new Consumers(new SimpleMeterRegistry());
    private final Polls polls = new Polls(consumers, new DatabaseState());
    private final RecordHeaders headers = new RecordHeaders();

    /** Kafka deletes the committed offsets with the topic. */
    private static final class RecreatedTopic extends MockConsumer<byte[], byte[]> {

        private boolean isRecreated;

        RecreatedTopic() {
            super("earliest");
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout) {
            return isRecreated ? Map.of() : super.committed(partitions, timeout);
        }
    }

    @BeforeEach
    void assign() {
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    }

    @Test
    void combinesTheExchangesOfAPoll() {
        Exchange first = exchange(7, TIME, false);
        polls.collect(first);
        Exchange last = exchange(8, TIME, true);
        polls.collect(last);

        assertThat(first.isRouteStop()).isTrue();
        assertThat(first.getVariable("poll")).isNull();
        assertThat(last.isRouteStop()).isFalse();
        assertThat(last.isTransacted()).isTrue();
        assertThat(last.getMessage().getHeaders()).isEmpty();
        Poll poll = last.getVariable("poll", Poll.class);
        assertThat(offsets(poll.records())).containsExactly(7L, 8L);
        assertThat(List.of(poll.firstOffset(), poll.nextOffset())).containsExactly(7L, 9L);
        assertThat(poll.partition()).isEqualTo(PARTITION);
        assertThat(poll.groupId()).isEqualTo(consumer.groupMetadata().groupId());
        ConsumedRecord record = poll.records().get(0);
        assertThat(record.origin()).isEqualTo(new RecordOrigin("user-events", 1, 7));
        assertThat(record.timestamp()).isEqualTo(TIME);
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("key 7");
        assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("value 7");

        assertThat(offsets(poll(9).records())).as("the next poll").containsExactly(9L);
    }

    @Test
    void abandonsAnIncompletePollOfAnotherPartition() {
        polls.collect(exchange(new TopicPartition("user-events", 2), 3, TIME, false));

        assertThat(offsets(poll(7).records())).containsExactly(7L);
    }

    @Test
    void commitsNextOffsetWithMetadata() {
        Poll poll = poll(7, 8);
        List<String> committed = new ArrayList<>();
        poll.setMetadata("state", () -> committed.add(poll.committed().metadata()));

        polls.commit(poll);

        assertThat(consumer.committed(Set.of(PARTITION))).containsEntry(PARTITION, new OffsetAndMetadata(9, "state"));
        assertThat(committed).as("called after the commit").containsExactly("state");
    }

    @Test
    void handlesNothingOfAPollThatComesTooEarly() {
        polls.commit(poll(7, 8));
        consumer.isRecreated = true;
        Exchange last = exchange(3, TIME, true);
        polls.collect(last);

        assertThat(last.isRouteStop()).isTrue();
        assertThat(consumer.position(PARTITION)).isZero();
    }

    @Test
    void retriesOnlyTheRecordsFromTheFirstFailure() {
        Poll failed = poll(7, 8, 9, 10);
        handle(failed, 0).succeed();
        handle(failed, 1).fail();
        handle(failed, 2).succeed();
        assertThat(failed.hasFailed()).isTrue();

        assertThat(offsets(poll(7, 8, 9, 10).pending())).containsExactly(8L, 9L, 10L);
    }

    @Test
    void retriesInSmallerPollsAndAcrossCommits() {
        Poll failed = poll(7, 8, 9);
        handle(failed, 0).succeed();
        handle(failed, 1).succeed();
        handle(failed, 2).fail();

        Poll smaller = poll(7);
        assertThat(smaller.pending()).isEmpty();
        polls.commit(smaller);

        assertThat(offsets(poll(8, 9).pending())).as("8 was handled, but not committed").containsExactly(9L);
    }

    @Test
    void handlesAllRecordsAgainAfterAnOffsetReset() {
        Poll failed = poll(7, 8);
        handle(failed, 0).succeed();
        polls.commit(poll(7, 8));

        assertThat(offsets(poll(7, 8).pending())).containsExactly(7L, 8L);
    }

    @Test
    void handlesRecordsOfARecreatedTopic() {
        Poll failed = poll(7, 8);
        handle(failed, 0).succeed();
        polls.collect(exchange(7, TIME + 1, false));
        Exchange last = exchange(8, TIME + 1, true);
        polls.collect(last);

        assertThat(offsets(last.getVariable("poll", Poll.class).pending())).containsExactly(7L, 8L);
    }

    @Test
    void handlesAllRecordsAfterTheirProgressWasDropped() {
        Poll failed = poll(7, 8);
        handle(failed, 0).succeed();
        polls.forget("another group");
        assertThat(offsets(poll(7, 8).pending())).containsExactly(8L);

        polls.forget(failed.groupId());
        assertThat(offsets(poll(7, 8).pending())).containsExactly(7L, 8L);

        Poll uncommitted = poll(7, 8);
        handle(uncommitted, 0).succeed();
        polls.skipCommit(uncommitted);
        assertThat(offsets(poll(7, 8).pending())).containsExactly(7L, 8L);
        assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION)).isNull();
    }

    @Test
    void skipsRecordsReplayedForAnotherGroup() {
        headers.add(ConsumedRecord.REPLAYS_HEADER, "1".getBytes());
        headers.add(ConsumedRecord.GROUP_HEADER, "another group".getBytes());
        assertThat(poll(7).pending()).isEmpty();

        headers.add(ConsumedRecord.GROUP_HEADER, consumer.groupMetadata().groupId().getBytes());
        Poll own = poll(8);
        assertThat(own.pending()).hasSize(1);
        assertThat(own.records().get(0).isReplayed()).isTrue();

        headers.remove(ConsumedRecord.REPLAYS_HEADER);
        headers.add(ConsumedRecord.GROUP_HEADER, "another group".getBytes());
        assertThat(poll(9).pending()).as("not replayed").hasSize(1);
    }

    @Test
    void unpacksEventsUntilOneFails() throws Exception {
        Poll poll = poll(7, 8, 9);
        RowChange change = new RowChange("INSERT", "shop", "orders", Map.of(), Map.of("id", 1L), null, null,
                Instant.ofEpochMilli(TIME), null);
        poll.records().get(0).setEvent(change);
        IllegalStateException unreadable = new IllegalStateException();
        poll.records().get(1).setUnreadable(unreadable);

        Exchange first = unpack(poll, 0);
        assertThat(first.getMessage().getBody()).isSameAs(change);
        assertThat(first.getMessage().getHeaders()).containsEntry("eventTime", "2023-11-14T22:13:20.000Z")
                .containsEntry("eventTopic", "user-events").containsEntry("eventPartition", 1).containsEntry("eventOffset", 7L);
        assertThat(UUID.fromString(first.getMessage().getHeader("eventId", String.class)))
                .as("from the origin, because the table has no key").isEqualTo(
                        UUID.nameUUIDFromBytes(new RecordOrigin("user-events", 1, 7).toString().getBytes(StandardCharsets.UTF_8)));
        ConsumedRecord record = first.getProperty(Polls.RECORD, ConsumedRecord.class);
        assertThat(record).isSameAs(poll.records().get(0));
        assertThat(List.of(record.routeId(), record.groupId())).containsExactly("my-route", poll.groupId());
        poll.succeed();
        assertThat(record.isDone()).isTrue();

        assertThatThrownBy(() -> unpack(poll, 1)).isSameAs(unreadable);
        poll.fail();
        assertThat(unpack(poll, 2).isRouteStop()).isTrue();
    }

    @Test
    void rewindsAndBacksOff() {
        Poll poll = poll(7, 8);
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

        polls.commit(poll);
        Poll next = poll(9);
        polls.rewind(next, new IllegalStateException());
        assertThat(polls.backoff(next).toMillis()).as("starts over after a commit").isLessThan(200);
    }

    @Test
    void rewindClearsTheInterruptAndIgnoresARevokedPartition() {
        Poll poll = poll(7);
        consumer.assign(List.of());
        Thread.currentThread().interrupt();

        polls.rewind(poll, new IllegalStateException());

        assertThat(Thread.interrupted()).isFalse();
    }

    private static List<Long> offsets(List<ConsumedRecord> records) {
        return records.stream().map(record -> record.origin().offset()).toList();
    }

    private static Poll handle(Poll poll, int index) {
        poll.begin(poll.records().get(index));
        return poll;
    }

    private Exchange unpack(Poll poll, int index) throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        exchange.setVariable("poll", poll);
        exchange.setVariable("routeId", "my-route");
        exchange.getMessage().setBody(poll.records().get(index));
        polls.unpackEvent(exchange);
        return exchange;
    }

    private Poll poll(long... offsets) {
        Exchange exchange = null;
        for (int i = 0; i < offsets.length; i++) {
            exchange = exchange(offsets[i], TIME, i == offsets.length - 1);
            polls.collect(exchange);
        }
        return exchange.getVariable("poll", Poll.class);
    }

    private Exchange exchange(long offset, long timestamp, boolean last) {
        return exchange(PARTITION, offset, timestamp, last);
    }

    private Exchange exchange(TopicPartition partition, long offset, long timestamp, boolean last) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(("value " + offset).getBytes());
        exchange.getMessage().setHeaders(new HashMap<>(Map.of(
                KafkaConstants.MANUAL_COMMIT, new DefaultKafkaManualSyncCommit(
                        new CamelExchangePayload(exchange, consumer, "thread", null), new KafkaRecordPayload(partition, offset, 0), null),
                KafkaConstants.TIMESTAMP, timestamp, KafkaConstants.KEY, ("key " + offset).getBytes(),
                KafkaConstants.HEADERS, new RecordHeaders(headers), KafkaConstants.LAST_RECORD_BEFORE_COMMIT, last)));
        return exchange;
    }
}
