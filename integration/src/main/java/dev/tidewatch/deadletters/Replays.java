package dev.tidewatch.deadletters;

import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.http.ProblemException;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.TopicProperties;
import dev.tidewatch.kafka.Topics;
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
import org.springframework.stereotype.Component;

/** Replays dead letters: sends them to the topic of the original record. */
@Component("replays")
public class Replays {

    private static final Logger audit = LoggerFactory.getLogger("dev.tidewatch.audit");

    /** How many dead letters one request sends at most; also in the contract. */
    private static final int MAX_LIMIT = 10_000;
    /** How many dead letters one transaction sends at most, because it locks the topic. */
    private static final int BATCH = 200;
    /** Kafka deletes whole segments, and appends to a segment for up to a week. */
    private static final Duration MAX_SEGMENT_AGE = Duration.ofDays(8);

    private final DeadLetterTopics topics;
    private final KafkaClients kafka;
    private final int maxReplays;
    private final Duration retention;

    Replays(DeadLetterTopics topics, KafkaClients kafka, DeadLetterProperties settings, TopicProperties topicSettings) {
        this.topics = topics;
        this.kafka = kafka;
        this.maxReplays = settings.maxReplays();
        this.retention = topicSettings.deadLetterRetention();
    }

    /**
     * Begins a replay of the dead letters that exist now.
     *
     * @throws ProblemException when the topic or the partition is unknown, or an offset has no dead letter
     */
    public Replay begin(@Body ReplayRequest request) {
        try (DeadLetterReader reader = new DeadLetterReader(kafka.newConsumer())) {
            String origin = topics.origin(reader, request.topic());
            List<DeadLetterRange> ranges = new ArrayList<>(reader.ranges(Topics.deadLetterTopic(origin)));
            if (request.partition() != null) {
                ranges.removeIf(range -> range.partition() != request.partition());
                if (ranges.isEmpty()) {
                    throw ProblemException.invalidField("partition", "the topic has no such partition");
                }
            }
            List<Long> offsets = request.offsets() == null ? List.of() : request.offsets();
            if (offsets.stream().anyMatch(offset -> offset < ranges.get(0).first() || offset > ranges.get(0).last())) {
                throw ProblemException.invalidField("offsets", "at least one of them is not the offset of a dead letter");
            }
            ranges.replaceAll(range -> range.withSince(oldest(reader, range)));
            return new Replay(origin, ranges, offsets, Optional.ofNullable(request.limit()).orElse(MAX_LIMIT));
        }
    }

    private static Instant oldest(DeadLetterReader reader, DeadLetterRange range) {
        List<Instant> times = new ArrayList<>();
        reader.read(range, deadLetter -> {
            times.add(DeadLetter.writtenAt(deadLetter));
            return false;
        });
        return times.isEmpty() ? Instant.EPOCH : times.get(0);
    }

    /** Whether there are more dead letters to send. */
    public boolean hasMore(@Variable("replay") Replay replay) {
        return replay.hasMore();
    }

    /** Reads the next dead letters, oldest first, and in offset order within a partition. */
    public List<ConsumerRecord<byte[], byte[]>> next(@Variable("replay") Replay replay) {
        Map<TopicPartition, DeadLetterWindow> windows = new LinkedHashMap<>();
        try (DeadLetterReader reader = new DeadLetterReader(kafka.newConsumer())) {
            for (DeadLetterRange range : replay.ahead()) {
                DeadLetterWindow window = windows.computeIfAbsent(range.topicPartition(), partition -> new DeadLetterWindow());
                if (!window.isFull()) {
                    reader.read(range, window::add);
                }
            }
        }
        List<ConsumerRecord<byte[], byte[]>> deadLetters = DeadLetterWindow.oldestFirst(windows.values());
        if (deadLetters.isEmpty()) {
            replay.exhaust();
        }
        return deadLetters;
    }

    /** The ranges that hold these dead letters, without the gaps, which may be large. */
    public List<DeadLetterRange> ranges(@Variable("deadLetters") List<ConsumerRecord<byte[], byte[]>> deadLetters) {
        Deque<DeadLetterRange> ranges = new ArrayDeque<>();
        deadLetters.stream().sorted(Comparator.comparing(ConsumerRecord<byte[], byte[]>::partition).thenComparing(ConsumerRecord::offset))
                .map(DeadLetterRange::of)
                .forEach(single -> ranges.addLast(!ranges.isEmpty() && ranges.getLast().isFollowedBy(single)
                        ? ranges.removeLast().until(single.last())
                        : single));
        return List.copyOf(ranges);
    }

    /**
     * Sends the dead letters that have not been replayed, up to the batch size, and waits for the acknowledgements. Key, value and headers
     * are those of the original record; added are {@code dead-letter.group}, the consumer group that is to handle it, and
     * {@code dead-letter.replays}, the number of replays.
     *
     * @param deadLetters the result of {@link #next}
     * @param replayed rows of {@code find-replays.sql} for each of the {@link #ranges}
     * @return rows for {@code insert-replays.sql}: {@code topic}, {@code partition}, {@code offset}, {@code replayedAt}
     * @throws ExecutionException when Kafka rejects one
     */
    public List<Map<String, Object>> send(@Variable("replay") Replay replay,
            @Variable("deadLetters") List<ConsumerRecord<byte[], byte[]>> deadLetters,
            @Body List<List<Map<String, Object>>> replayed) throws ExecutionException, InterruptedException {
        ReplayedDeadLetters known = new ReplayedDeadLetters(replayed);
        int partitions = kafka.producer().partitionsFor(replay.origin()).size();
        Map<ConsumerRecord<byte[], byte[]>, Future<RecordMetadata>> sent = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> deadLetter : deadLetters) {
            if (sent.size() == Math.min(BATCH, replay.remaining())) {
                break;
            }
            replay.visited(deadLetter);
            if (!known.contain(deadLetter)) {
                if (!DeadLetter.omitted(deadLetter).isEmpty()) {
                    replay.addIncomplete();
                } else if (replaysOf(deadLetter) < maxReplays) {
                    sent.put(deadLetter, kafka.producer().send(record(replay.origin(), partitions, deadLetter)));
                } else {
                    replay.addSkipped();
                }
            }
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Map.Entry<ConsumerRecord<byte[], byte[]>, Future<RecordMetadata>> deadLetter : sent.entrySet()) {
            if (isAccepted(deadLetter.getValue())) {
                rows.add(row(deadLetter.getKey()));
            } else {
                replay.addSkipped();
            }
        }
        replay.addReplayed(rows.size());
        return rows;
    }

    private static boolean isAccepted(Future<RecordMetadata> sent) throws ExecutionException, InterruptedException {
        try {
            sent.get();
            return true;
        } catch (ExecutionException e) {
            // The two added headers exceed the limit of the topic. The others must not fail with it.
            if (e.getCause() instanceof RecordTooLargeException) {
                return false;
            }
            throw e;
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String origin, int partitions, ConsumerRecord<byte[], byte[]> deadLetter) {
        int partition = DeadLetter.number(deadLetter, "partition", Integer.MAX_VALUE);
        // Otherwise the key decides: a recreated topic may have fewer partitions.
        Integer existing = partition < partitions ? partition : null;
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(origin, existing, deadLetter.key(), deadLetter.value());
        for (Header header : deadLetter.headers()) {
            if (!header.key().startsWith(DeadLetter.HEADERS)) {
                record.headers().add(header);
            }
        }
        String group = DeadLetter.header(deadLetter, "group");
        if (group != null) {
            record.headers().add(ConsumedRecord.GROUP_HEADER, group.getBytes(StandardCharsets.UTF_8));
        }
        record.headers().add(ConsumedRecord.REPLAYS_HEADER, String.valueOf(replaysOf(deadLetter) + 1).getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private static int replaysOf(ConsumerRecord<byte[], byte[]> deadLetter) {
        return DeadLetter.number(deadLetter, "replays", 0);
    }

    private static Map<String, Object> row(ConsumerRecord<byte[], byte[]> deadLetter) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Instant written = DeadLetter.writtenAt(deadLetter);
        // The clock of the producer may be ahead of this one.
        return Map.of("topic", deadLetter.topic(), "partition", deadLetter.partition(), "offset", deadLetter.offset(),
                "replayedAt", now.isBefore(written) ? written : now);
    }

    /**
     * Logs how many dead letters a transaction has replayed, and for whom.
     *
     * @param rows    the result of {@link #send}
     * @param session the row of {@code find-session.sql}
     */
    public void logReplayed(@Variable("replay") Replay replay, @Body List<Map<String, Object>> rows,
            @Variable("session") Map<String, Object> session) {
        audit.atInfo()
                .addKeyValue("deadLetterTopic", replay.topic())
                .addKeyValue("topic", replay.origin())
                .addKeyValue("replayed", rows.size())
                .addKeyValue("userId", session.get("userId"))
                .addKeyValue("username", session.get("username"))
                .log("Dead letters replayed");
    }

    /** The ranges of the replay that are not empty. */
    public List<DeadLetterRange> scope(@Variable("replay") Replay replay) {
        return replay.ranges().stream().filter(range -> range.size() > 0).toList();
    }

    /**
     * The result of a replay.
     *
     * @param replayed how many dead letters of each range of the {@link #scope} have been replayed
     */
    public Result result(@Variable("replay") Replay replay, @Body List<Number> replayed) {
        long total = replay.ranges().stream().mapToLong(DeadLetterRange::size).sum();
        long done = replayed.stream().mapToLong(Number::longValue).sum();
        return new Result(replay.replayed(), replay.skipped(), replay.incomplete(), total - done);
    }

    /** Kafka has deleted all dead letters that were replayed before this time. */
    public Instant expiry() {
        return Instant.now().minus(retention).minus(MAX_SEGMENT_AGE);
    }

    /** The contract's schema {@code ReplayResult}. */
    public record Result(int replayed, int stayed, int incomplete, long waiting) {
    }
}
