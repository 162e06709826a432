package dev.tidewatch.consumer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * Knows what the consumers of this instance read, retry, dead-letter and drop, per consumer group and partition. The meters are
 * {@code tidewatch.consumer.records}, one per group, topic and outcome.
 */
@Component("consumers")
public class Consumers {

    private static final Logger log = LoggerFactory.getLogger(Consumers.class);

    /** Longer than a poll, its request timeout and the pause after a failure: a consumer without a failure for so long polls again. */
    private static final Duration FAILURE_IS_OVER = Duration.ofSeconds(10);

    private final MeterRegistry meters;
    private final Clock clock;
    private final Map<GroupPartition, ConsumedPartition> partitions = new ConcurrentHashMap<>();
    private final Map<Subscription, PollFailure> failures = new ConcurrentHashMap<>();
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
    Consumers(MeterRegistry meters) {
        this(meters, Clock.systemUTC());
    }

    Consumers(MeterRegistry meters, Clock clock) {
        this.meters = meters;
        this.clock = clock;
    }

    /** Counts a record that was published as a dead letter. */
    public void deadLettered(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record) {
        ConsumedPartition partition = partition(new GroupPartition(record.groupId(),
                new TopicPartition(record.origin().topic(), record.origin().partition())));
        partition.deadLettered.increment();
        partition.lastFailure = new LastFailure(clock.instant(), FailureReason.of(failure));
    }

    /**
     * Notes that the ids of handled events cannot be stored, so that their duplicates will not be recognised. Logs the first, and then a
     * sum at most once a minute.
     */
    public void idsNotStored(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure, @Variable("poll") Poll poll) {
        ConsumedPartition partition = partition(poll.source());
        String cause = NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName();
        partition.lastFailure = new LastFailure(clock.instant(), cause);
        partition.unstoredIds.add(poll.records().size(), () -> log.error(
                "{} cannot store the ids of handled events in {}; their duplicates will not be recognised: {}",
                poll.groupId(), poll.partition(), cause));
    }

    /**
     * Takes a partition that is assigned to a consumer of this instance.
     *
     * @param position the offset of the next record to handle
     */
    void assigned(GroupPartition source, long position) {
        ConsumedPartition partition = partition(source);
        partition.position = position;
        partition.begun = ConsumedPartition.NONE;
        partition.isReset = false;
    }

    /** Takes a partition that is no longer assigned to a consumer of this instance. */
    void revoked(GroupPartition source) {
        ConsumedPartition partition = partition(source);
        partition.position = ConsumedPartition.NONE;
        partition.begun = ConsumedPartition.NONE;
        partition.isHandling = false;
        partition.retryCause = null;
    }

    /** Whether a consumer of this instance has read a topic for a group. */
    boolean hasRead(String groupId, String topic) {
        return of(groupId, topic).findAny().isPresent();
    }

    /**
     * Takes a poll whose events are handled next, and notes when the consumer has jumped.
     *
     * @return false if the consumer has to read other records first, and was moved there
     */
    boolean handling(Poll poll) {
        if (!failures.isEmpty()) {
            failures.computeIfPresent(poll.subscription(), Consumers::continues);
        }
        ConsumedPartition partition = partition(poll.source());
        long expected = partition.position;
        if (poll.firstOffset() < expected && partition.hasCommitted && !partition.isReset && movesToTheStart(poll, partition)) {
            return false;
        }
        partition.isHandling = true;
        if (expected != ConsumedPartition.NONE && poll.firstOffset() != expected) {
            jumped(poll, partition, expected);
        }
        poll.setReset(partition.isReset);
        return true;
    }

    /**
     * Moves a consumer that has jumped back to the first record, if its topic was recreated: Kafka has deleted the committed offset then.
     * When the leader of the partition has changed, Kafka's consumer jumps back only to the end that the new topic has at that time.
     */
    private static boolean movesToTheStart(Poll poll, ConsumedPartition partition) {
        try {
            long start = poll.startOffset();
            if (start == poll.firstOffset() || poll.committed() != null) {
                return false;
            }
            poll.continueAt(start);
            jumpedBack(poll, partition, start);
            // Its first record may have a later offset.
            partition.position = start;
        } catch (KafkaException e) {
            log.debug("Cannot read the offsets of {}", poll.partition(), e);
            poll.rewind();
        }
        return true;
    }

    /** Takes a record of a poll whose event is handled next. */
    void begin(Poll poll, ConsumedRecord record) {
        ConsumedPartition partition = partition(poll.source());
        partition.begun = Math.max(partition.begun, record.origin().offset());
    }

    private void jumped(Poll poll, ConsumedPartition partition, long expected) {
        if (poll.firstOffset() < expected) {
            if (!partition.isReset) {
                jumpedBack(poll, partition, poll.firstOffset());
            }
            return;
        }
        // Offsets are also missing behind the marker of a transaction and in compacted topics.
        long start = Math.min(startOffset(poll), poll.firstOffset());
        if (start > expected) {
            skipped(poll.source(), expected, start);
            partition.position = start;
        }
    }

    private static void jumpedBack(Poll poll, ConsumedPartition partition, long offset) {
        partition.isReset = true;
        partition.begun = ConsumedPartition.NONE;
        log.warn("{} continues at offset {} of {}, which no longer has the offset {}",
                poll.groupId(), offset, poll.partition(), partition.position);
    }

    private static long startOffset(Poll poll) {
        try {
            return poll.startOffset();
        } catch (KafkaException e) {
            log.debug("Cannot read the first offset of {}", poll.partition(), e);
            return poll.firstOffset();
        }
    }

    /** Counts records that Kafka deleted before they were read: from an offset up to but not including another. */
    void skipped(GroupPartition source, long from, long to) {
        partition(source).skippedRecords.add(to - from, () -> log.warn("{} skips the offsets {} to {} of {}: Kafka deleted them unread",
                source.groupId(), from, to - 1, source.partition()));
    }

    /** Takes a poll whose events are handled, and whose offset is committed. */
    void committed(Poll poll) {
        partition(poll.source()).hasCommitted = true;
        handled(poll);
    }

    /**
     * Takes a poll whose events are handled, and counts its duplicates, late changes and refused watermarks. Logs the first of each, and
     * then a sum at most once a minute.
     */
    void handled(Poll poll) {
        ConsumedPartition partition = partition(poll.source());
        partition.position = poll.nextOffset();
        partition.isHandling = false;
        partition.isReset = false;
        partition.retryCause = null;
        long duplicates = 0;
        for (ConsumedRecord record : poll.records()) {
            duplicates += record.isDuplicate() ? 1 : 0;
        }
        if (duplicates > 0) {
            partition.duplicates.add(duplicates);
        }
        if (poll.lateChanges() > 0) {
            partition.lateChanges.add(poll.lateChanges());
        }
        if (poll.refusedWatermarks() > 0) {
            partition.refusedWatermarks.add(poll.refusedWatermarks());
        }
    }

    /** Counts a failed attempt at a poll. */
    void retried(Poll poll, Throwable failure) {
        ConsumedPartition partition = partition(poll.source());
        String cause = NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName();
        partition.retried.increment();
        partition.retryCause = cause;
        partition.lastFailure = new LastFailure(clock.instant(), cause);
    }

    /** Takes a failed poll. Logs the first of those with the same cause. */
    void pollFailed(Subscription subscription, Throwable failure) {
        PollFailure current = PollFailure.of(failure, clock.instant());
        failures.compute(subscription, (key, known) -> {
            if (known != null && known.cause().equals(current.cause())) {
                return known.again(current.last());
            }
            if (!current.unauthenticated()) {
                log.atLevel(current.denied() ? Level.ERROR : Level.WARN).log("{} cannot read {} and retries: {}",
                        subscription.groupId(), String.join(", ", subscription.topics()), current.cause());
            }
            return current;
        });
    }

    private static PollFailure continues(Subscription subscription, PollFailure failure) {
        if (!failure.unauthenticated()) {
            log.info("{} reads {} again", subscription.groupId(), String.join(", ", subscription.topics()));
        }
        return null;
    }

    /** Why Kafka denies a consumer its group or topics; empty if it does not. */
    Optional<PollFailure> denied(Subscription subscription) {
        return Optional.ofNullable(failures.get(subscription)).filter(PollFailure::denied);
    }

    /** Why a partition does not advance, as far as this instance knows. */
    String cause(Subscription subscription, TopicPartition source) {
        ConsumedPartition partition = partitions.get(new GroupPartition(subscription.groupId(), source));
        PollFailure failure = failures.get(subscription);
        if (failure != null) {
            return failure.cause();
        } else if (partition == null || partition.position == ConsumedPartition.NONE) {
            return "not assigned to this instance";
        } else if (partition.retryCause != null) {
            return "retries after " + partition.retryCause;
        }
        return partition.isHandling ? "a step of the route does not return" : "the consumer receives no records";
    }

    /** The offset of the next record to handle; negative while the partition is not assigned to this instance. */
    long position(GroupPartition source) {
        ConsumedPartition partition = partitions.get(source);
        return partition == null ? ConsumedPartition.NONE : partition.position;
    }

    /** The highest offset that a route of this instance has begun to handle; negative while the partition is not assigned to it. */
    long begun(GroupPartition source) {
        ConsumedPartition partition = partitions.get(source);
        return partition == null ? ConsumedPartition.NONE : partition.begun;
    }

    /** The topics that a consumer group has read in this instance. */
    public List<String> topics(String groupId) {
        return partitions.keySet().stream().filter(source -> source.groupId().equals(groupId))
                .map(source -> source.partition().topic()).distinct().sorted().toList();
    }

    /** The counts of a consumer group in all of its topics. */
    public Counts counts(String groupId, List<String> topics) {
        List<ConsumedPartition> consumed = topics.stream().flatMap(topic -> of(groupId, topic)).toList();
        return new Counts(
                sum(consumed, partition -> partition.deadLettered.sum()),
                sum(consumed, partition -> partition.retried.sum()),
                sum(consumed, partition -> partition.duplicates.total()),
                sum(consumed, partition -> partition.refusedWatermarks.total()),
                sum(consumed, partition -> partition.skippedRecords.total()),
                consumed.stream().map(partition -> partition.lastFailure).filter(Objects::nonNull)
                        .max(Comparator.comparing(LastFailure::time)).orElse(null));
    }

    private static long sum(List<ConsumedPartition> partitions, ToLongFunction<ConsumedPartition> count) {
        return partitions.stream().mapToLong(count).sum();
    }

    /** Logs the sums that are due, and the end of failures. */
    void report() {
        partitions.values().forEach(partition -> {
            partition.duplicates.report();
            partition.lateChanges.report();
            partition.refusedWatermarks.report();
            partition.skippedRecords.report();
            partition.unstoredIds.report();
        });
        Instant over = clock.instant().minus(FAILURE_IS_OVER);
        failures.keySet().forEach(subscription -> failures.computeIfPresent(subscription,
                (key, failure) -> failure.last().isBefore(over) ? continues(key, failure) : failure));
    }

    /** Forgets a consumer group that was removed. */
    void forget(String groupId) {
        partitions.keySet().removeIf(source -> source.groupId().equals(groupId));
        failures.keySet().removeIf(subscription -> subscription.groupId().equals(groupId));
    }

    private ConsumedPartition partition(GroupPartition group) {
        ConsumedPartition known = partitions.get(group);
        return known != null ? known : partitions.computeIfAbsent(group, source -> {
            register(source.groupId(), source.partition().topic());
            return new ConsumedPartition(
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
                        consumers -> count.applyAsDouble(consumers.counts(groupId, List.of(topic))))
                .description("Records that a consumer group dead-lettered or dropped, and attempts that it retried")
                .tag("group", groupId).tag("topic", topic).tag("outcome", outcome)
                .register(meters);
    }

    private Stream<ConsumedPartition> of(String groupId, String topic) {
        return partitions.entrySet().stream()
                .filter(entry -> entry.getKey().groupId().equals(groupId) && entry.getKey().partition().topic().equals(topic))
                .map(Map.Entry::getValue);
    }
}
