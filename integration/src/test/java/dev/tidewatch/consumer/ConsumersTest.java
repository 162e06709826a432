package dev.tidewatch.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.support.CapturedLog;
import dev.tidewatch.support.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ConnectException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumersTest {

    private static final TopicPartition PARTITION = new TopicPartition("user-events", 0);
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final String group = consumer.groupMetadata().groupId();
    private final GroupPartition source = new GroupPartition(group, PARTITION);
    private final Subscription subscription = new Subscription(group, Set.of());
    private final SettableClock clock = new SettableClock(START);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Consumers consumers = new Consumers(meters, clock);
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
        consumers.report();
        assertThat(lines()).containsExactly(group + " recognised duplicates in user-events-0: 2");

        after(60);
        consumers.report();
        consumers.report();
        assertThat(lines()).containsExactly(group + " recognised duplicates in user-events-0: 2",
                group + " recognised duplicates in user-events-0: 7");
        assertThat(counts().duplicates()).isEqualTo(9);
        assertThat(meters.get("tidewatch.consumer.records").tags("group", group, "topic", "user-events", "outcome", "duplicate")
                .functionCounter().count()).isEqualTo(9);
    }

    @Test
    void countsLateChangesAndRefusedWatermarksOfHandledPolls() {
        for (int late = 1; late <= 3; late++) {
            Poll poll = poll(10L * late);
            poll.setLateChanges(late);
            poll.countRefusedWatermark();
            // A poll that fails is retried, and not counted.
            if (late != 2) {
                consumers.handled(poll);
            }
        }
        after(60);
        consumers.report();

        String lateLine = group + " read changes in user-events-0 that are older than the watermark, and that it has not seen: ";
        assertThat(lines()).hasSize(4).element(0).asString().startsWith(lateLine + "1. They are handled.");
        assertThat(lines().get(1)).isEqualTo(group + " refused watermarks of user-events-0: 1");
        assertThat(lines().get(2)).startsWith(lateLine + "3. They are handled.");
        assertThat(lines().get(3)).isEqualTo(group + " refused watermarks of user-events-0: 1");
        assertThat(counts().refusedWatermarks()).isEqualTo(2);
    }

    @Test
    void bug11ReportsRecordsThatKafkaDeletedWhileTheConsumerWasSlow() {
        consumers.assigned(source, 2);
        consumer.updateBeginningOffsets(Map.of(PARTITION, 7L));

        consumers.handling(poll(7));
        consumers.handling(poll(7));

        assertThat(lines()).containsExactly(group + " skips the offsets 2 to 6 of user-events-0: Kafka deleted them unread");
        assertThat(counts().skippedRecords()).isEqualTo(5);
    }

    @Test
    void bug11IgnoresOffsetsWithoutARecord() {
        consumers.assigned(source, 2);

        consumers.handling(poll(3));

        assertThat(lines()).as("for example behind the marker of a transaction").isEmpty();
    }

    @Test
    void bug04ReportsAConsumerThatJumpedBackOnce() {
        consumers.assigned(source, 7);

        Poll first = poll(0);
        consumers.handling(first);
        assertThat(first.isReset()).isTrue();
        Poll retried = poll(0);
        consumers.handling(retried);
        assertThat(retried.isReset()).isTrue();
        consumers.handled(retried);
        Poll next = poll(retried.nextOffset());
        consumers.handling(next);

        assertThat(next.isReset()).isFalse();
        assertThat(lines()).containsExactly(group + " continues at offset 0 of user-events-0, which no longer has the offset 7");
    }

    @Test
    void readsARecreatedTopicFromItsStartAlthoughTheConsumerJumpedToItsEnd() {
        consumers.assigned(source, 90);
        consumers.committed(poll(90));

        assertThat(consumers.handling(poll(5))).as("Kafka has deleted the committed offset with the topic").isFalse();
        assertThat(consumer.position(PARTITION)).isZero();

        Poll first = poll(2);
        assertThat(consumers.handling(first)).as("Kafka has compacted the first records").isTrue();
        assertThat(first.isReset()).isTrue();
        assertThat(lines()).containsExactly(group + " continues at offset 0 of user-events-0, which no longer has the offset 100");
    }

    @Test
    void continuesWhereALogWasTruncated() {
        consumers.assigned(source, 90);
        Poll poll = poll(90);
        poll.commitOffset();
        consumers.committed(poll);

        assertThat(consumers.handling(poll(95))).as("the records before it were handled").isTrue();
    }

    @Test
    void looksAgainWhenNoBrokerReturnsTheOffsets() {
        consumers.assigned(source, 90);
        consumers.committed(poll(90));
        consumer.setOffsetsException(new TimeoutException("no answer"));

        assertThat(consumers.handling(poll(5))).isFalse();
        assertThat(consumer.position(PARTITION)).isEqualTo(5);
    }

    @Test
    void knowsHowFarARouteIsInAPoll() {
        consumers.assigned(source, 7);
        assertThat(consumers.begun(source)).isNegative();

        Poll poll = poll(7);
        consumers.handling(poll);
        consumers.begin(poll, poll.records().get(3));
        consumers.begin(poll, poll.records().get(0));
        assertThat(consumers.begun(source)).as("also while the poll is retried").isEqualTo(10);

        consumers.handling(poll(0));
        assertThat(consumers.begun(source)).as("offsets of another log").isNegative();
        consumers.begin(poll, poll.records().get(0));
        consumers.revoked(source);
        assertThat(consumers.begun(source)).isNegative();
    }

    @Test
    void namesTheCauseOfAStall() {
        assertThat(cause()).isEqualTo("not assigned to this instance");
        consumers.assigned(source, 0);
        assertThat(cause()).isEqualTo("the consumer receives no records");
        Poll poll = poll(0);
        consumers.handling(poll);
        assertThat(cause()).isEqualTo("a step of the route does not return");
        consumers.retried(poll, new IllegalStateException(new ConnectException("confidential")));
        assertThat(cause()).isEqualTo("retries after ConnectException");
        assertThat(counts().retried()).isEqualTo(1);
        assertThat(counts().lastFailure()).isEqualTo(new LastFailure(START, "ConnectException"));

        consumers.handled(poll);
        assertThat(cause()).isEqualTo("the consumer receives no records");
        consumers.revoked(source);
        assertThat(cause()).isEqualTo("not assigned to this instance");
    }

    @Test
    void bug12LogsADeniedGroupOnceAndItsEndOnce() {
        for (int i = 0; i < 3; i++) {
            after(i);
            consumers.pollFailed(subscription, GroupAuthorizationException.forGroupId("a-group"));
        }
        consumers.report();
        assertThat(log.lines(line -> line.path("level").asText().equals("ERROR"))).hasSize(1);
        assertThat(lines()).singleElement().asString().endsWith("retries: READ on group a-group is denied");
        assertThat(consumers.denied(subscription)).get().extracting(PollFailure::since).isEqualTo(START);

        after(13);
        consumers.report();
        consumers.report();
        assertThat(lines()).hasSize(2).last().asString().startsWith(group + " reads").endsWith("again");
        assertThat(consumers.denied(subscription)).isEmpty();
    }

    @Test
    void bug12NamesTheDeniedTopic() {
        consumers.pollFailed(subscription, new KafkaException("confidential", new TopicAuthorizationException(Set.of("b", "a"))));

        assertThat(lines()).singleElement().asString().endsWith("retries: READ on topic a, b is denied");
        assertThat(consumers.denied(subscription)).get().matches(denied -> denied.concerns("a") && !denied.concerns("c"));
        consumers.handling(poll(0));
        assertThat(consumers.denied(subscription)).as("a poll has succeeded").isEmpty();
    }

    @Test
    void otherFailuresOfAPollAreTheCauseOfAStall() {
        consumers.pollFailed(subscription, new KafkaException("confidential"));

        assertThat(consumers.denied(subscription)).isEmpty();
        assertThat(cause()).isEqualTo("KafkaException");
        assertThat(lines()).singleElement().asString().endsWith("retries: KafkaException");
    }

    @Test
    void leavesFailedAuthenticationToTheWatchOfTheBrokers() {
        consumers.pollFailed(subscription, new SslAuthenticationException("confidential", new SSLHandshakeException("confidential")));
        after(13);
        consumers.report();

        assertThat(lines()).isEmpty();
    }

    @Test
    void forgetsARemovedGroup() {
        handle(poll(0), 2);
        consumers.pollFailed(subscription, new KafkaException());

        consumers.forget(group);

        assertThat(counts().duplicates()).isZero();
        assertThat(consumers.hasRead(group, "user-events")).isFalse();
        assertThat(cause()).isEqualTo("not assigned to this instance");
    }

    private void handle(Poll poll, int duplicates) {
        poll.records().stream().limit(duplicates).forEach(ConsumedRecord::markDuplicate);
        consumers.handling(poll);
        consumers.handled(poll);
    }

    private Poll poll(long offset) {
        Poll poll = new Poll(consumer, PARTITION);
        for (int i = 0; i < 10; i++) {
            poll.add(new ConsumedRecord(new RecordOrigin(PARTITION.topic(), 0, offset + i), 0, null, null, new RecordHeaders()));
        }
        return poll;
    }

    private void after(int seconds) {
        clock.set(START.plusSeconds(seconds));
    }

    private Consumers.Counts counts() {
        return consumers.counts(group, List.of("user-events"));
    }

    private String cause() {
        return consumers.cause(subscription, PARTITION);
    }

    private List<String> lines() {
        return log.lines(line -> line.path("logger").asText().equals(Consumers.class.getName())).stream()
                .map(line -> line.path("message").asText()).toList();
    }
}
