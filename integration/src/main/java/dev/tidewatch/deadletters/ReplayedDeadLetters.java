package dev.tidewatch.deadletters;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The dead letters that have been replayed. */
final class ReplayedDeadLetters {

    private final Map<TopicPartition, Map<Long, Instant>> times = new HashMap<>();

    /**
     * The replayed dead letters of some ranges.
     *
     * @param ranges rows of {@code find-replays.sql}, for each range
     */
    ReplayedDeadLetters(List<List<Map<String, Object>>> ranges) {
        for (List<Map<String, Object>> rows : ranges) {
            for (Map<String, Object> row : rows) {
                times.computeIfAbsent(new TopicPartition((String) row.get("topic"), ((Number) row.get("partition")).intValue()),
                        partition -> new HashMap<>())
                        .put(((Number) row.get("offset")).longValue(), ((LocalDateTime) row.get("replayedAt")).toInstant(ZoneOffset.UTC));
            }
        }
    }

    /** Whether a dead letter has been replayed. */
    boolean contain(ConsumerRecord<byte[], byte[]> deadLetter) {
        return contain(DeadLetter.partition(deadLetter), deadLetter.offset(), DeadLetter.writtenAt(deadLetter));
    }

    /**
     * Whether the dead letter at an offset has been replayed.
     *
     * @param written when it was written; an older replay belongs to a deleted topic with the same name
     */
    boolean contain(TopicPartition partition, long offset, Instant written) {
        return time(partition, offset, written) != null;
    }

    /** When the dead letter at an offset was replayed; null when it was not. */
    Instant time(TopicPartition partition, long offset, Instant written) {
        Instant time = times.getOrDefault(partition, Map.of()).get(offset);
        return time == null || time.isBefore(written) ? null : time;
    }
}
