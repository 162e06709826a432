package dev.tidewatch.consumer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Counts what the consumers of this instance retry, dead-letter and drop, per consumer group and partition. The meters are
 * {@code tidewatch.consumer.records}, one per group, topic and outcome.
 */
@Component("consumerCounts")
public class ConsumerCounts {

    private static final Logger log = LoggerFactory.getLogger(ConsumerCounts.class);

    private final MeterRegistry meters;
    private final Clock clock;
    private final Map<GroupPartition, PartitionCounts> partitions = new ConcurrentHashMap<>();
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

    @Autowired
    ConsumerCounts(MeterRegistry meters) {
        this(meters, Clock.systemUTC());
    }

    ConsumerCounts(MeterRegistry meters, Clock clock) {
        this.meters = meters;
        this.clock = clock;
    }

    /** Counts a record that was published as a dead letter. */
    public void deadLettered(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record) {
        PartitionCounts partition = partition(new GroupPartition(record.groupId(),
                new TopicPartition(record.origin().topic(), record.origin().partition())));
        partition.deadLettered.increment();
        partition.lastFailure = new LastFailure(clock.instant(), FailureReason.of(failure));
    }

    /**
     * Notes that the ids of handled events cannot be stored, so that their duplicates will not be recognised. Logs the first, and then a
     * sum at most once a minute.
     */
    public void idsNotStored(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure, @Variable("poll") Poll poll) {
        String cause = NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName();
        for (PolledPartition polled : poll.partitions()) {
            long ids = polled.count(polled.nextOffset(), ProcessedEvents::isStored);
            if (ids > 0) {
                PartitionCounts partition = partition(polled.source());
                partition.lastFailure = new LastFailure(clock.instant(), cause);
                partition.unstoredIds.add(ids, () -> log.error(
                        "{} cannot store the ids of handled events in {}; their duplicates will not be recognised: {}",
                        polled.groupId(), polled.partition(), cause));
            }
        }
    }

    /** Counts records that Kafka deleted before they were read: from an offset up to but not including another. */
    void skipped(GroupPartition source, long from, long to) {
        partition(source).skippedRecords.add(to - from, () -> log.warn("{} skips the offsets {} to {} of {}: Kafka deleted them unread",
                source.groupId(), from, to - 1, source.partition()));
    }

    /**
     * Counts the duplicates, late changes and refused watermarks of a poll before an offset. Logs the first of each, and then a sum at most
     * once a minute.
     */
    void handled(PolledPartition polled, long offset) {
        PartitionCounts partition = partition(polled.source());
        count(partition.duplicates, polled.count(offset, ConsumedRecord::isDuplicate));
        count(partition.lateChanges, polled.count(offset, ConsumedRecord::isLate));
        count(partition.refusedWatermarks, polled.count(offset, ConsumedRecord::isRefused)
                + (polled.hasRefusedCommittedWatermark() ? 1 : 0));
    }

    private static void count(Tally tally, long records) {
        if (records > 0) {
            tally.add(records);
        }
    }

    /** Counts a failed attempt at a poll. */
    void retried(GroupPartition source, String cause) {
        PartitionCounts partition = partition(source);
        partition.retried.increment();
        partition.lastFailure = new LastFailure(clock.instant(), cause);
    }

    /** The counts of a consumer group in all of its topics. */
    public Counts counts(String groupId, List<String> topics) {
        List<PartitionCounts> consumed = topics.stream().flatMap(topic -> of(groupId, topic)).toList();
        return new Counts(
                sum(consumed, partition -> partition.deadLettered.sum()),
                sum(consumed, partition -> partition.retried.sum()),
                sum(consumed, partition -> partition.duplicates.total()),
                sum(consumed, partition -> partition.refusedWatermarks.total()),
                sum(consumed, partition -> partition.skippedRecords.total()),
                consumed.stream().map(partition -> partition.lastFailure).filter(Objects::nonNull)
                        .max(Comparator.comparing(LastFailure::time)).orElse(null));
    }

    private static long sum(List<PartitionCounts> partitions, ToLongFunction<PartitionCounts> count) {
        return partitions.stream().mapToLong(count).sum();
    }

    /** Logs the sums that are due. */
    void report() {
        partitions.values().forEach(partition -> {
            partition.duplicates.report();
            partition.lateChanges.report();
            partition.refusedWatermarks.report();
            partition.skippedRecords.report();
            partition.unstoredIds.report();
        });
    }

    /** Forgets a consumer group that was removed. */
    void forget(String groupId) {
        partitions.keySet().removeIf(source -> source.groupId().equals(groupId));
    }

    /** Registers the meters of a partition that is assigned to a consumer of this instance. */
    void assigned(GroupPartition source) {
        partition(source);
    }

    private PartitionCounts partition(GroupPartition group) {
        PartitionCounts known = partitions.get(group);
        return known != null ? known : partitions.computeIfAbsent(group, source -> {
            register(source.groupId(), source.partition().topic());
            return new PartitionCounts(
                    tally(source, Level.INFO, "{} recognised duplicates in {}: {}"),
                    tally(source, Level.WARN, "{} read changes in {} that are older than the watermark, and that it has not seen: {}."
                            + " They are handled. A second changefeed may write to the topic, or one that was started again from an"
                            + " earlier time"),
                    tally(source, Level.WARN, "{} refused watermarks of {}: {}"),
                    tally(source, Level.WARN, "{} skipped records of {} that Kafka deleted unread: {}"),
                    tally(source, Level.ERROR, "{} could not store the ids of handled events in {}: {}"));
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
        FunctionCounter.builder("tidewatch.consumer.records", this,
                        counts -> count.applyAsDouble(counts.counts(groupId, List.of(topic))))
                .description("Records that a consumer group dead-lettered or dropped, and attempts that it retried")
                .tag("group", groupId).tag("topic", topic).tag("outcome", outcome)
                .register(meters);
    }

    private Stream<PartitionCounts> of(String groupId, String topic) {
        return partitions.entrySet().stream()
                .filter(entry -> entry.getKey().groupId().equals(groupId) && entry.getKey().partition().topic().equals(topic))
                .map(Map.Entry::getValue);
    }
}
