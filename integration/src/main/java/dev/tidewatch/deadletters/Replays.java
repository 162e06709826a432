package dev.tidewatch.deadletters;

import dev.tidewatch.http.ProblemException;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Sends dead letters back to where they came from. */
@Component("replays")
public class Replays {

    private static final Logger audit = LoggerFactory.getLogger("dev.tidewatch.audit");

    /** What one request sends at most; the contract says so. */
    private static final int MOST = 10_000;
    /** What one transaction sends at most: the time that it keeps other replays off. */
    private static final int BATCH = 200;
    /** Kafka deletes whole segments, and goes on writing to one for a week. */
    private static final Duration LONGEST_SEGMENT = Duration.ofDays(8);

    private final DeadLetterTopics topics;
    private final KafkaClients kafka;
    private final int maxReplays;
    private final Duration retention;

    Replays(DeadLetterTopics topics, KafkaClients kafka, @Value("${tidewatch.dead-letters.max-replays}") int maxReplays,
            @Value("${tidewatch.topics.dead-letter-retention}") Duration retention) {
        this.topics = topics;
        this.kafka = kafka;
        this.maxReplays = maxReplays;
        this.retention = retention;
    }

    /**
     * Begins a replay of what is there now.
     *
     * @throws ProblemException when the topic or the partition is unknown, or an offset has no dead letter
     */
    public Replay begin(@Body ReplayRequest request) {
        String origin = topics.origin(request.topic());
        try (DeadLetterReader reader = new DeadLetterReader(kafka.consumer())) {
            List<DeadLetterRange> ranges = new ArrayList<>(reader.ranges(DeadLetterPublisher.topicOf(origin)));
            if (request.partition() != null) {
                ranges.removeIf(range -> range.partition() != request.partition());
                if (ranges.isEmpty()) {
                    throw ProblemException.invalidField("partition", "the topic has no such partition");
                }
            }
            List<Long> offsets = request.offsets() == null ? List.of() : request.offsets();
            if (offsets.stream().anyMatch(offset -> offset < ranges.get(0).first() || offset > ranges.get(0).last())) {
                throw ProblemException.invalidField("offsets", "there is no letter at one of them");
            }
            ranges.replaceAll(range -> range.withSince(oldest(reader, range)));
            return new Replay(origin, ranges, offsets, Optional.ofNullable(request.limit()).orElse(MOST));
        }
    }

    private static Instant oldest(DeadLetterReader reader, DeadLetterRange range) {
        List<Instant> times = new ArrayList<>();
        reader.read(range, letter -> {
            times.add(DeadLetter.writtenAt(letter));
            return false;
        });
        return times.isEmpty() ? Instant.EPOCH : times.get(0);
    }

    /** Whether there is more to do. */
    public boolean isUnfinished(@Variable("replay") Replay replay) {
        return replay.isUnfinished();
    }

    /** Reads the letters that come next, the oldest first; a partition's in its order. */
    public List<ConsumerRecord<byte[], byte[]>> next(@Variable("replay") Replay replay) {
        Map<TopicPartition, DeadLetterWindow> windows = new LinkedHashMap<>();
        try (DeadLetterReader reader = new DeadLetterReader(kafka.consumer())) {
            for (DeadLetterRange range : replay.ahead()) {
                DeadLetterWindow window = windows.computeIfAbsent(range.place(), partition -> new DeadLetterWindow());
                if (!window.isFull()) {
                    reader.read(range, window::add);
                }
            }
        }
        List<ConsumerRecord<byte[], byte[]>> letters = DeadLetterWindow.oldestFirst(windows.values());
        if (letters.isEmpty()) {
            replay.exhaust();
        }
        return letters;
    }

    /** Where letters stand, without the gaps between them: a gap may be large, and all of it replayed. */
    public List<DeadLetterRange> ranges(@Variable("letters") List<ConsumerRecord<byte[], byte[]>> letters) {
        Deque<DeadLetterRange> ranges = new ArrayDeque<>();
        letters.stream().sorted(Comparator.comparing(ConsumerRecord<byte[], byte[]>::partition).thenComparing(ConsumerRecord::offset))
                .map(letter -> new DeadLetterRange(letter.topic(), letter.partition(), letter.offset(), letter.offset(), Instant.EPOCH))
                .forEach(letter -> ranges.addLast(!ranges.isEmpty() && ranges.getLast().isFollowedBy(letter)
                        ? ranges.removeLast().until(letter.last())
                        : letter));
        return List.copyOf(ranges);
    }

    /**
     * Sends those letters back that have not been sent before, until the batch is full, and waits until Kafka has them. Key, value and
     * headers stay as they were before the record failed; the header {@code dead-letter.group} says for which consumer group it comes
     * again, and {@code dead-letter.replays} how often it has.
     *
     * @param letters  what {@link #next} read
     * @param replayed rows of {@code find-replays.sql} for each of the {@link #ranges}
     * @return rows for {@code insert-replays.sql}: {@code topic}, {@code partition}, {@code offset}, {@code replayedAt}
     * @throws ExecutionException when Kafka does not take one
     */
    public List<Map<String, Object>> send(@Variable("replay") Replay replay,
            @Variable("letters") List<ConsumerRecord<byte[], byte[]>> letters,
            @Body List<List<Map<String, Object>>> replayed) throws ExecutionException, InterruptedException {
        ReplayedDeadLetters gone = new ReplayedDeadLetters(replayed);
        int partitions = kafka.producer().partitionsFor(replay.origin()).size();
        Map<ConsumerRecord<byte[], byte[]>, Future<RecordMetadata>> sent = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            if (sent.size() == Math.min(BATCH, replay.remaining())) {
                break;
            }
            replay.lookedAt(letter);
            if (!gone.contain(letter)) {
                if (replaysOf(letter) < maxReplays) {
                    sent.put(letter, kafka.producer().send(record(replay.origin(), partitions, letter)));
                } else {
                    replay.addStayed();
                }
            }
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Map.Entry<ConsumerRecord<byte[], byte[]>, Future<RecordMetadata>> letter : sent.entrySet()) {
            if (isTaken(letter.getValue())) {
                rows.add(row(letter.getKey()));
            } else {
                replay.addStayed();
            }
        }
        replay.addReplayed(rows.size());
        return rows;
    }

    private static boolean isTaken(Future<RecordMetadata> sent) throws ExecutionException, InterruptedException {
        try {
            sent.get();
            return true;
        } catch (ExecutionException e) {
            // With the two headers it has outgrown its topic; it must not keep the others from leaving.
            if (e.getCause() instanceof RecordTooLargeException) {
                return false;
            }
            throw e;
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String origin, int partitions, ConsumerRecord<byte[], byte[]> letter) {
        int partition = DeadLetter.number(letter, "partition", Integer.MAX_VALUE);
        // Without one the key decides: a topic that was created anew may have fewer.
        Integer existing = partition < partitions ? partition : null;
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(origin, existing, letter.key(), letter.value());
        for (Header header : letter.headers()) {
            if (!header.key().startsWith(DeadLetter.HEADERS)) {
                record.headers().add(header);
            }
        }
        String group = DeadLetter.header(letter, "group");
        if (group != null) {
            record.headers().add(ConsumedRecord.GROUP_HEADER, group.getBytes(StandardCharsets.UTF_8));
        }
        record.headers().add(ConsumedRecord.REPLAYS_HEADER, String.valueOf(replaysOf(letter) + 1).getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private static int replaysOf(ConsumerRecord<byte[], byte[]> letter) {
        return DeadLetter.number(letter, "replays", 0);
    }

    private static Map<String, Object> row(ConsumerRecord<byte[], byte[]> letter) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Instant written = DeadLetter.writtenAt(letter);
        // The clock of who wrote the letter may be ahead of this one.
        return Map.of("topic", letter.topic(), "partition", letter.partition(), "offset", letter.offset(),
                "replayedAt", now.isBefore(written) ? written : now);
    }

    /**
     * Logs what a transaction has sent back, and who asked for it.
     *
     * @param rows    what {@link #send} returned
     * @param session the row of {@code find-session.sql}
     */
    public void announce(@Variable("replay") Replay replay, @Body List<Map<String, Object>> rows,
            @Variable("session") Map<String, Object> session) {
        audit.atInfo()
                .addKeyValue("deadLetterTopic", replay.topic())
                .addKeyValue("topic", replay.origin())
                .addKeyValue("replayed", rows.size())
                .addKeyValue("userId", session.get("userId"))
                .addKeyValue("username", session.get("username"))
                .log("Dead letters replayed");
    }

    /** What the partitions held that the replay was about, when it began. */
    public List<DeadLetterRange> scope(@Variable("replay") Replay replay) {
        return replay.ranges().stream().filter(range -> range.size() > 0).toList();
    }

    /**
     * The answer to a request for a replay.
     *
     * @param replayed for each range of the {@link #scope} how many of its letters have been replayed
     */
    public Result result(@Variable("replay") Replay replay, @Body List<Number> replayed) {
        long held = replay.ranges().stream().mapToLong(DeadLetterRange::size).sum();
        long gone = replayed.stream().mapToLong(Number::longValue).sum();
        return new Result(replay.replayed(), replay.stayed(), held - gone);
    }

    /** The time before which a replay was that of a letter that is no longer there. */
    public Instant forgotten() {
        return Instant.now().minus(retention).minus(LONGEST_SEGMENT);
    }

    /** The contract's schema {@code ReplayResult}. */
    public record Result(int replayed, int stayed, long waiting) {
    }
}
