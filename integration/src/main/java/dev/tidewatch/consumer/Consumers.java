package dev.tidewatch.consumer;

import dev.tidewatch.consumer.ConsumedPartition.LastFailure;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Counts what the consumers of this instance retry, dead-letter and drop, per consumer group and partition. The meters are
 * {@code tidewatch.consumer.records}, one per group, topic and outcome.
 */
@Component("consumers")
public class Consumers {

    private static final Logger log = LoggerFactory.getLogger(Consumers.class);

    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();
    private final Map<GroupPartition, ConsumedPartition> partitions = new ConcurrentHashMap<>();
    private final Set<Metered> metered = ConcurrentHashMap.newKeySet();

    /** What has meters of its own. */
    private record Metered(String groupId, String topic) {
    }

    /**
     * The counts of a consumer group in a topic, since the start of this instance.
     *
     * @param lastFailure null when there was none
     */
    public record Counts(long deadLettered, long retried, long duplicates, long refusedWatermarks, long skippedRecords,
            LastFailure lastFailure) {
    }

    Consumers(MeterRegistry meters) {
        this.meters = meters;
    }

    /** Counts a record that was published as a dead letter. */
    public void deadLettered(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record) {
        ConsumedPartition partition = partition(record.groupId(), new TopicPartition(record.origin().topic(), record.origin().partition()));
        partition.deadLettered.increment();
        partition.lastFailure = new LastFailure(clock.instant(), FailureReason.of(failure));
    }

    /** Counts a watermark that was not applied, because it cannot be true. Logs the first, and then a sum at most once a minute. */
    public void refusedWatermark(String groupId, TopicPartition partition) {
        partition(groupId, partition).refusedWatermarks.add(1);
    }

    /** Takes a poll whose events are handled next. */
    void handling(Poll poll) {
        partition(poll.source()).handling = poll.firstOffset();
    }

    /** Takes a poll whose events are handled, and counts its duplicates. Logs the first, and then a sum at most once a minute. */
    void handled(Poll poll) {
        ConsumedPartition partition = partition(poll.source());
        partition.position = poll.nextOffset();
        partition.handling = ConsumedPartition.NONE;
        partition.retryCause = null;
        long duplicates = 0;
        for (ConsumedRecord record : poll.records()) {
            duplicates += record.isDuplicate() ? 1 : 0;
        }
        if (duplicates > 0) {
            partition.duplicates.add(duplicates);
        }
    }

    /** Counts records that Kafka deleted before they were read. */
    void skipped(GroupPartition source, long records) {
        partition(source.groupId(), source.partition()).skippedRecords.add(records);
    }

    /** Counts a failed attempt at a poll. */
    void retried(Poll poll, Throwable failure) {
        ConsumedPartition partition = partition(poll.groupId(), poll.partition());
        String cause = NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName();
        partition.retried.increment();
        partition.retryCause = cause;
        partition.lastFailure = new LastFailure(clock.instant(), cause);
    }

    /** The counts of a consumer group in a topic. */
    public Counts counts(String groupId, String topic) {
        return new Counts(
                sum(groupId, topic, partition -> partition.deadLettered.sum()),
                sum(groupId, topic, partition -> partition.retried.sum()),
                sum(groupId, topic, partition -> partition.duplicates.total()),
                sum(groupId, topic, partition -> partition.refusedWatermarks.total()),
                sum(groupId, topic, partition -> partition.skippedRecords.total()),
                of(groupId, topic).map(partition -> partition.lastFailure).filter(Objects::nonNull)
                        .max(Comparator.comparing(LastFailure::time)).orElse(null));
    }

    /** Logs the sums that are due. */
    void report() {
        partitions.values().forEach(partition -> {
            partition.duplicates.report();
            partition.refusedWatermarks.report();
            partition.skippedRecords.report();
        });
    }

    ConsumedPartition partition(GroupPartition source) {
        return partition(source.groupId(), source.partition());
    }

    private ConsumedPartition partition(String groupId, TopicPartition partition) {
        return partitions.computeIfAbsent(new GroupPartition(groupId, partition), source -> {
            register(groupId, partition.topic());
            return new ConsumedPartition(
                    tally(source, Level.INFO, "{} recognised duplicates in {}: {}"),
                    tally(source, Level.WARN, "{} refused watermarks in {}: {}"),
                    tally(source, Level.WARN, "{} skipped records in {} that Kafka had deleted: {}"));
        });
    }

    private Tally tally(GroupPartition source, Level level, String message) {
        return new Tally(clock, records -> log.atLevel(level).log(message, source.groupId(), source.partition(), records));
    }

    private void register(String groupId, String topic) {
        if (metered.add(new Metered(groupId, topic))) {
            register(groupId, topic, "dead-lettered", Counts::deadLettered);
            register(groupId, topic, "retried", Counts::retried);
            register(groupId, topic, "duplicate", Counts::duplicates);
            register(groupId, topic, "refused-watermark", Counts::refusedWatermarks);
            register(groupId, topic, "skipped", Counts::skippedRecords);
        }
    }

    private void register(String groupId, String topic, String outcome, ToDoubleFunction<Counts> count) {
        FunctionCounter.builder("tidewatch.consumer.records", this, consumers -> count.applyAsDouble(consumers.counts(groupId, topic)))
                .description("Records that a consumer group has dead-lettered or dropped, and polls that it has retried")
                .tag("group", groupId).tag("topic", topic).tag("outcome", outcome)
                .register(meters);
    }

    private long sum(String groupId, String topic, ToLongFunction<ConsumedPartition> count) {
        return of(groupId, topic).mapToLong(count).sum();
    }

    private Stream<ConsumedPartition> of(String groupId, String topic) {
        return partitions.entrySet().stream()
                .filter(entry -> entry.getKey().groupId().equals(groupId) && entry.getKey().partition().topic().equals(topic))
                .map(Map.Entry::getValue);
    }
}
