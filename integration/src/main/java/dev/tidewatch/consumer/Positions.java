package dev.tidewatch.consumer;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/** Knows where the consumers of this instance are in their partitions, and notices when one jumps. */
@Component
public class Positions {

    private static final Logger log = LoggerFactory.getLogger(Positions.class);

    private final ConsumerCounts counts;
    private final Map<GroupPartition, PartitionPosition> positions = new ConcurrentHashMap<>();

    Positions(ConsumerCounts counts) {
        this.counts = counts;
    }

    /**
     * Takes a partition that is assigned to a consumer of this instance.
     *
     * @param next the offset of the next record to handle
     */
    void assigned(GroupPartition source, long next) {
        counts.assigned(source);
        PartitionPosition position = position(source);
        position.next = next;
        position.begun = PartitionPosition.NONE;
        position.isReset = false;
    }

    /** Takes a partition that is no longer assigned to a consumer of this instance. */
    void revoked(GroupPartition source) {
        PartitionPosition position = position(source);
        position.next = PartitionPosition.NONE;
        position.begun = PartitionPosition.NONE;
        position.isHandling = false;
        position.retryCause = null;
    }

    /** Whether a consumer of this instance has read a topic for a group. */
    boolean hasRead(String groupId, String topic) {
        return topics(groupId).contains(topic);
    }

    /**
     * Takes a poll whose events are handled next, and notes when the consumer has jumped.
     *
     * @return false if the consumer has to read other records first, and was moved there
     */
    boolean handling(PolledPartition poll) {
        PartitionPosition position = position(poll.source());
        long expected = position.next;
        if (poll.firstOffset() < expected && position.hasCommitted && !position.isReset && movesToTheStart(poll, position)) {
            return false;
        }
        position.isHandling = true;
        if (expected != PartitionPosition.NONE && poll.firstOffset() != expected) {
            jumped(poll, position, expected);
        }
        poll.setReset(position.isReset);
        return true;
    }

    /**
     * Moves a consumer that has jumped back to the first record, if its topic was recreated: Kafka has deleted the committed offset then.
     * When the leader of the partition has changed, Kafka's consumer jumps back only to the end that the new topic has at that time.
     */
    private static boolean movesToTheStart(PolledPartition poll, PartitionPosition position) {
        try {
            long start = poll.startOffset();
            if (start == poll.firstOffset() || poll.committed() != null) {
                return false;
            }
            poll.continueAt(start);
            jumpedBack(poll, position, start);
            // Its first record may have a later offset.
            position.next = start;
        } catch (KafkaException e) {
            log.debug("Cannot read the offsets of {}", poll.partition(), e);
            poll.rewind();
        }
        return true;
    }

    /** Takes records whose events are handled next. */
    void begin(Poll.RecordBatch batch) {
        PartitionPosition position = position(batch.partition().source());
        // Not the last one: a batch that is retried may grow, and would look as if it advanced.
        position.begun = Math.max(position.begun, batch.records().get(0).origin().offset());
    }

    private void jumped(PolledPartition poll, PartitionPosition position, long expected) {
        if (poll.firstOffset() < expected) {
            if (!position.isReset) {
                jumpedBack(poll, position, poll.firstOffset());
            }
            return;
        }
        // Offsets are also missing behind the marker of a transaction and in compacted topics.
        long start = Math.min(startOffset(poll), poll.firstOffset());
        if (start > expected) {
            counts.skipped(poll.source(), expected, start);
            position.next = start;
        }
    }

    private static void jumpedBack(PolledPartition poll, PartitionPosition position, long offset) {
        position.isReset = true;
        position.begun = PartitionPosition.NONE;
        log.warn("{} continues at offset {} of {}, which no longer has the offset {}",
                poll.groupId(), offset, poll.partition(), position.next);
    }

    private static long startOffset(PolledPartition poll) {
        try {
            return poll.startOffset();
        } catch (KafkaException e) {
            log.debug("Cannot read the first offset of {}", poll.partition(), e);
            return poll.firstOffset();
        }
    }

    /** Takes a poll whose events are handled, and whose offset is committed. */
    void committed(PolledPartition poll) {
        position(poll.source()).hasCommitted = true;
        handled(poll);
    }

    /** Takes a poll whose events are handled. */
    void handled(PolledPartition polled) {
        PartitionPosition position = position(polled.source());
        position.next = polled.isCommitted() ? polled.committedOffset() : polled.nextOffset();
        position.isHandling = false;
        position.isReset = false;
        position.retryCause = null;
        counts.handled(polled, position.next);
    }

    /** Takes a failed attempt at a poll. */
    void retried(PolledPartition polled, Throwable failure) {
        String cause = NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName();
        position(polled.source()).retryCause = cause;
        counts.retried(polled.source(), cause);
    }

    /** Why a partition does not advance, as far as this instance knows. */
    String cause(GroupPartition source) {
        PartitionPosition position = positions.get(source);
        if (position == null || position.next == PartitionPosition.NONE) {
            return "not assigned to this instance";
        } else if (position.retryCause != null) {
            return "retries after " + position.retryCause;
        }
        return position.isHandling ? "a step of the route does not return" : "the consumer receives no records";
    }

    /** The offset of the next record to handle; negative while the partition is not assigned to this instance. */
    long next(GroupPartition source) {
        PartitionPosition position = positions.get(source);
        return position == null ? PartitionPosition.NONE : position.next;
    }

    /** The highest offset that a route of this instance has begun to handle; negative while the partition is not assigned to it. */
    long begun(GroupPartition source) {
        PartitionPosition position = positions.get(source);
        return position == null ? PartitionPosition.NONE : position.begun;
    }

    /** The topics that a consumer group has read in this instance. */
    public List<String> topics(String groupId) {
        return positions.keySet().stream().filter(source -> source.groupId().equals(groupId))
                .map(source -> source.partition().topic()).distinct().sorted().toList();
    }

    /** Forgets a consumer group that was removed. */
    void forget(String groupId) {
        positions.keySet().removeIf(source -> source.groupId().equals(groupId));
    }

    private PartitionPosition position(GroupPartition source) {
        return positions.computeIfAbsent(source, added -> new PartitionPosition());
    }
}
