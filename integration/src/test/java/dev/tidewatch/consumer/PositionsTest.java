package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ConnectException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PositionsTest {

    private static final TopicPartition PARTITION = new TopicPartition("user-events", 0);
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final String group = consumer.groupMetadata().groupId();
    private final GroupPartition source = new GroupPartition(group, PARTITION);
    private final Subscription subscription = new Subscription(group, Set.of());
    private final SettableClock clock = new SettableClock(START);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ConsumerCounts counts = new ConsumerCounts(meters, clock);
    private final PollFailures failures = new PollFailures(clock);
    private final Positions positions = new Positions(counts);
    private final CapturedLog log = CapturedLog.open();

    @BeforeEach
    void assign() {
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void logsTheFirstDuplicatesAndThenASumAMinute() {
        handle(poll(0), 2);
        handle(poll(10), 3);
        handle(poll(20), 4);
        after(59);
        counts.report();
        failures.report();
        assertThat(lines()).containsExactly(group + " recognised duplicates in user-events-0: 2");

        after(60);
        counts.report();
        failures.report();
        counts.report();
        failures.report();
        assertThat(lines()).containsExactly(group + " recognised duplicates in user-events-0: 2",
                group + " recognised duplicates in user-events-0: 7");
        assertThat(counts().duplicates()).isEqualTo(9);
        assertThat(meters.get("tidewatch.consumer.records").tags("group", group, "topic", "user-events", "outcome", "duplicate")
                .functionCounter().count()).isEqualTo(9);
    }

    @Test
    void countsLateChangesAndRefusedWatermarksOfHandledPolls() {
        for (int late = 1; late <= 3; late++) {
            PolledPartition poll = poll(10L * late);
            poll.records().stream().limit(late).forEach(ConsumedRecord::markLate);
            poll.records().get(9).refuse();
            // A poll that fails is retried, and not counted.
            if (late != 2) {
                positions.handled(poll);
            }
        }
        after(60);
        counts.report();
        failures.report();

        String lateLine = group + " read changes in user-events-0 that are older than the watermark, and that it has not seen: ";
        assertThat(lines()).hasSize(4).element(0).asString().startsWith(lateLine + "1. They are handled.");
        assertThat(lines().get(1)).isEqualTo(group + " refused watermarks of user-events-0: 1");
        assertThat(lines().get(2)).startsWith(lateLine + "3. They are handled.");
        assertThat(lines().get(3)).isEqualTo(group + " refused watermarks of user-events-0: 1");
        assertThat(counts().refusedWatermarks()).isEqualTo(2);
    }

    @Test
    void bug11ReportsRecordsThatKafkaDeletedWhileTheConsumerWasSlow() {
        positions.assigned(source, 2);
        consumer.updateBeginningOffsets(Map.of(PARTITION, 7L));

        positions.handling(poll(7));
        positions.handling(poll(7));

        assertThat(lines()).containsExactly(group + " skips the offsets 2 to 6 of user-events-0: Kafka deleted them unread");
        assertThat(counts().skippedRecords()).isEqualTo(5);
    }

    @Test
    void bug11IgnoresOffsetsWithoutARecord() {
        positions.assigned(source, 2);

        positions.handling(poll(3));

        assertThat(lines()).as("for example behind the marker of a transaction").isEmpty();
    }

    @Test
    void bug04ReportsAConsumerThatJumpedBackOnce() {
        positions.assigned(source, 7);

        PolledPartition first = poll(0);
        positions.handling(first);
        assertThat(first.isReset()).isTrue();
        PolledPartition retried = poll(0);
        positions.handling(retried);
        assertThat(retried.isReset()).isTrue();
        positions.handled(retried);
        PolledPartition next = poll(retried.nextOffset());
        positions.handling(next);

        assertThat(next.isReset()).isFalse();
        assertThat(lines()).containsExactly(group + " continues at offset 0 of user-events-0, which no longer has the offset 7");
    }

    @Test
    void readsARecreatedTopicFromItsStartAlthoughTheConsumerJumpedToItsEnd() {
        positions.assigned(source, 90);
        positions.committed(poll(90));

        assertThat(positions.handling(poll(5))).as("Kafka has deleted the committed offset with the topic").isFalse();
        assertThat(consumer.position(PARTITION)).isZero();

        PolledPartition first = poll(2);
        assertThat(positions.handling(first)).as("Kafka has compacted the first records").isTrue();
        assertThat(first.isReset()).isTrue();
        assertThat(lines()).containsExactly(group + " continues at offset 0 of user-events-0, which no longer has the offset 100");
    }

    @Test
    void continuesWhereALogWasTruncated() {
        positions.assigned(source, 90);
        PolledPartition poll = poll(90);
        consumer.commitSync(Map.of(PARTITION, poll.commit(100)));
        poll.setCommitted(100);
        positions.committed(poll);

        assertThat(positions.handling(poll(95))).as("the records before it were handled").isTrue();
    }

    @Test
    void looksAgainWhenNoBrokerReturnsTheOffsets() {
        positions.assigned(source, 90);
        positions.committed(poll(90));
        consumer.setOffsetsException(new TimeoutException("no answer"));

        assertThat(positions.handling(poll(5))).isFalse();
        assertThat(consumer.position(PARTITION)).isEqualTo(5);
    }

    @Test
    void knowsHowFarARouteIsInAPoll() {
        positions.assigned(source, 7);
        assertThat(positions.begun(source)).isNegative();

        PolledPartition poll = poll(7);
        positions.handling(poll);
        positions.begin(new Poll.RecordBatch(poll, List.of(poll.records().get(3)), false));
        positions.begin(new Poll.RecordBatch(poll, List.of(poll.records().get(0)), false));
        assertThat(positions.begun(source)).as("also while the poll is retried").isEqualTo(10);
        positions.begin(new Poll.RecordBatch(poll, poll.records(), true));
        assertThat(positions.begun(source)).as("a batch that is retried may grow, and does not advance").isEqualTo(10);

        positions.handling(poll(0));
        assertThat(positions.begun(source)).as("offsets of another log").isNegative();
        positions.begin(new Poll.RecordBatch(poll, List.of(poll.records().get(0)), false));
        positions.revoked(source);
        assertThat(positions.begun(source)).isNegative();
    }

    @Test
    void namesTheCauseOfAStall() {
        assertThat(cause()).isEqualTo("not assigned to this instance");
        positions.assigned(source, 0);
        assertThat(cause()).isEqualTo("the consumer receives no records");
        PolledPartition poll = poll(0);
        positions.handling(poll);
        assertThat(cause()).isEqualTo("a step of the route does not return");
        positions.retried(poll, new IllegalStateException(new ConnectException("confidential")));
        assertThat(cause()).isEqualTo("retries after ConnectException");
        assertThat(counts().retried()).isEqualTo(1);
        assertThat(counts().lastFailure()).isEqualTo(new LastFailure(START, "ConnectException"));

        positions.handled(poll);
        assertThat(cause()).isEqualTo("the consumer receives no records");
        positions.revoked(source);
        assertThat(cause()).isEqualTo("not assigned to this instance");
    }

    @Test
    void bug12LogsADeniedGroupOnceAndItsEndOnce() {
        for (int i = 0; i < 3; i++) {
            after(i);
            failures.failed(subscription, GroupAuthorizationException.forGroupId("a-group"));
        }
        counts.report();
        failures.report();
        assertThat(log.lines(line -> line.path("level").asText().equals("ERROR"))).hasSize(1);
        assertThat(lines()).singleElement().asString().endsWith("retries: READ on group a-group is denied");
        assertThat(failures.denied(subscription)).get().extracting(PollFailure::since).isEqualTo(START);

        after(13);
        counts.report();
        failures.report();
        counts.report();
        failures.report();
        assertThat(lines()).hasSize(2).last().asString().startsWith(group + " reads").endsWith("again");
        assertThat(failures.denied(subscription)).isEmpty();
    }

    @Test
    void bug12NamesTheDeniedTopic() {
        failures.failed(subscription, new KafkaException("confidential", new TopicAuthorizationException(Set.of("b", "a"))));

        assertThat(lines()).singleElement().asString().endsWith("retries: READ on topic a, b is denied");
        assertThat(failures.denied(subscription)).get().matches(denied -> denied.concerns("a") && !denied.concerns("c"));
        failures.succeeded(poll(0));
        assertThat(failures.denied(subscription)).as("a poll has succeeded").isEmpty();
    }

    @Test
    void otherFailuresOfAPollAreTheCauseOfAStall() {
        failures.failed(subscription, new KafkaException("confidential"));

        assertThat(failures.denied(subscription)).isEmpty();
        assertThat(cause()).isEqualTo("KafkaException");
        assertThat(lines()).singleElement().asString().endsWith("retries: KafkaException");
    }

    @Test
    void leavesFailedAuthenticationToTheWatchOfTheBrokers() {
        failures.failed(subscription, new SslAuthenticationException("confidential", new SSLHandshakeException("confidential")));
        after(13);
        counts.report();
        failures.report();

        assertThat(lines()).isEmpty();
    }

    @Test
    void forgetsARemovedGroup() {
        handle(poll(0), 2);
        failures.failed(subscription, new KafkaException());

        positions.forget(group);
        counts.forget(group);
        failures.forget(group);

        assertThat(counts().duplicates()).isZero();
        assertThat(positions.hasRead(group, "user-events")).isFalse();
        assertThat(cause()).isEqualTo("not assigned to this instance");
    }

    private void handle(PolledPartition poll, int duplicates) {
        poll.records().stream().limit(duplicates).forEach(ConsumedRecord::markDuplicate);
        positions.handling(poll);
        positions.handled(poll);
    }

    private PolledPartition poll(long offset) {
        return new PolledPartition(consumer, PARTITION, LongStream.range(offset, offset + 10)
                .mapToObj(next -> PolledRecords.record(PARTITION, next, null)).toList());
    }

    private void after(int seconds) {
        clock.set(START.plusSeconds(seconds));
    }

    private ConsumerCounts.Counts counts() {
        return counts.counts(group, List.of("user-events"));
    }

    private String cause() {
        return failures.of(subscription).map(PollFailure::cause).orElseGet(() -> positions.cause(source));
    }

    private List<String> lines() {
        return log.lines(line -> line.path("logger").asText().startsWith("dev.tidewatch.consumer.")).stream()
                .map(line -> line.path("message").asText()).toList();
    }
}
