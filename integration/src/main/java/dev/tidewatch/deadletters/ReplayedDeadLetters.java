package dev.tidewatch.deadletters;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Which letters have been replayed. */
final class ReplayedDeadLetters {

    private final Map<TopicPartition, Map<Long, Instant>> times = new HashMap<>();

    /**
     * Those of some stretches.
     *
     * @param stretches rows of {@code find-replays.sql}, stretch by stretch
     */
    ReplayedDeadLetters(List<List<Map<String, Object>>> stretches) {
        for (List<Map<String, Object>> rows : stretches) {
            for (Map<String, Object> row : rows) {
                times.computeIfAbsent(new TopicPartition((String) row.get("topic"), ((Number) row.get("partition")).intValue()),
                        partition -> new HashMap<>())
                        .put(((Number) row.get("offset")).longValue(), ((LocalDateTime) row.get("replayedAt")).toInstant(ZoneOffset.UTC));
            }
        }
    }

    /** Whether a letter is among them. */
    boolean contain(ConsumerRecord<byte[], byte[]> letter) {
        return contain(DeadLetter.place(letter), letter.offset(), DeadLetter.writtenAt(letter));
    }

    /**
     * Whether the letter of a place is among them.
     *
     * @param written when it was written; an older replay was that of another letter, in a topic of this name that has been deleted
     */
    boolean contain(TopicPartition partition, long offset, Instant written) {
        return time(partition, offset, written) != null;
    }

    /** When the letter of a place was replayed; null when it was not. */
    Instant time(TopicPartition partition, long offset, Instant written) {
        Instant time = times.getOrDefault(partition, Map.of()).get(offset);
        return time == null || time.isBefore(written) ? null : time;
    }
}
