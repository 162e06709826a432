package dev.tidewatch.deadletters;

import dev.tidewatch.http.ProblemException;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Shows what stands in the dead-letter topics. */
@Component("deadLetterTopics")
public class DeadLetterTopics {

    /** Of each group the newest so many are shown. */
    private static final int SHOWN = 20;
    /** The first stretch that is read of a partition; the next ones double. Large letters may leave no time for more. */
    private static final int FIRST_STRETCH = 50;
    private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,15}");
    /** The largest number that every reader of JSON knows exactly; the contract says so. */
    private static final long LARGEST_OFFSET = 9_007_199_254_740_991L;
    private static final Duration TIME_TO_READ = Duration.ofSeconds(5);
    private static final Comparator<DeadLetter> NEWEST_FIRST =
            Comparator.comparing(DeadLetter::time).thenComparing(DeadLetter::offset).reversed();

    private final Topics topics;
    private final KafkaClients kafka;
    private final int mostLookedAt;
    private final int maxReplays;
    private final DeadLetterMask mask;

    DeadLetterTopics(Topics topics, KafkaClients kafka, @Value("${dead-letters.looked-at}") int mostLookedAt,
            @Value("${tidewatch.dead-letters.max-replays}") int maxReplays, DeadLetterMask mask) {
        this.topics = topics;
        this.kafka = kafka;
        this.mostLookedAt = mostLookedAt;
        this.maxReplays = maxReplays;
        this.mask = mask;
    }

    /**
     * The topic that the records of a dead-letter topic come from.
     *
     * @param name of the dead-letter topic, or of the topic itself
     * @throws ProblemException when it is none of the application's
     */
    String origin(String name) {
        return topics.consumed().stream().filter(topic -> name.equals(topic) || name.equals(DeadLetterPublisher.topicOf(topic)))
                .findFirst().orElseThrow(() -> new ProblemException(HttpStatus.NOT_FOUND,
                        "Unknown dead-letter topic; GET /api/dead-letters lists the topics."));
    }

    /**
     * Reads the newest letters of each partition, as many as are configured, and fewer of large ones.
     *
     * @param topic the name of a topic, as {@link #origin} takes it; null for all topics
     * @throws ProblemException when the topic is none of the application's
     */
    public List<NewestLetters> newest(@Variable("topic") String topic) {
        List<String> origins = topic == null ? topics.consumed() : List.of(origin(topic));
        Instant stop = Instant.now().plus(TIME_TO_READ);
        List<NewestLetters> newest = new ArrayList<>();
        try (DeadLetterReader reader = new DeadLetterReader(kafka.consumer())) {
            for (String origin : origins) {
                List<DeadLetter> letters = new ArrayList<>();
                List<DeadLetterRange> read = new ArrayList<>();
                long older = 0;
                for (DeadLetterRange all : reader.ranges(DeadLetterPublisher.topicOf(origin))) {
                    DeadLetterRange newestOfPartition = readBackwards(reader, all, stop, letters);
                    read.add(newestOfPartition);
                    older += all.size() - newestOfPartition.size();
                }
                newest.add(new NewestLetters(origin, letters, read, older));
            }
        }
        return newest;
    }

    /** Reads the end of a range, then what stands before it, and so on, and returns what it read. */
    private DeadLetterRange readBackwards(DeadLetterReader reader, DeadLetterRange all, Instant stop, List<DeadLetter> letters) {
        DeadLetterRange read = all.from(all.last() + 1);
        while (read.size() < Math.min(all.size(), mostLookedAt) && (read.size() == 0 || Instant.now().isBefore(stop))) {
            long stretch = Math.min(Math.max(FIRST_STRETCH, read.size()), mostLookedAt - read.size());
            DeadLetterRange before = all.from(Math.max(all.first(), read.first() - stretch)).until(read.first() - 1);
            reader.read(before, letter -> letters.add(DeadLetter.of(letter, mask)));
            read = all.from(before.first());
        }
        return read;
    }

    /** What was read. */
    public List<DeadLetterRange> ranges(@Variable("letters") List<NewestLetters> newest) {
        return newest.stream().flatMap(topic -> topic.ranges().stream()).filter(range -> range.size() > 0).toList();
    }

    /**
     * The answer to a request for the list: the letters that wait, by topic, route and reason.
     *
     * @param replayed rows of {@code find-replays.sql} for each of the {@link #ranges}
     */
    public Overview overview(@Variable("letters") List<NewestLetters> newest, @Body List<List<Map<String, Object>>> replayed) {
        ReplayedDeadLetters gone = new ReplayedDeadLetters(replayed);
        return new Overview(maxReplays, mostLookedAt, newest.stream().map(topic -> overview(topic, gone)).toList());
    }

    private static TopicOverview overview(NewestLetters newest, ReplayedDeadLetters gone) {
        String topic = DeadLetterPublisher.topicOf(newest.origin());
        Map<List<String>, List<DeadLetter>> groups = new LinkedHashMap<>();
        newest.letters().stream()
                .filter(letter -> !gone.contain(new TopicPartition(topic, letter.partition()), letter.offset(), letter.time()))
                .sorted(NEWEST_FIRST)
                // A list, unlike a string of both, may hold null.
                .forEach(letter -> groups.computeIfAbsent(key(letter), key -> new ArrayList<>()).add(letter));
        return new TopicOverview(topic, newest.origin(), newest.older(), groups(groups.values()));
    }

    private static List<String> key(DeadLetter letter) {
        List<String> key = new ArrayList<>();
        key.add(letter.route());
        key.add(letter.reason());
        return key;
    }

    private static List<Group> groups(Collection<List<DeadLetter>> groups) {
        return groups.stream().map(letters -> new Group(letters.get(0).route(), letters.get(0).reason(), letters.size(),
                letters.subList(0, Math.min(SHOWN, letters.size())))).toList();
    }

    /**
     * Reads one letter.
     *
     * @param topic     as {@link #origin} takes it
     * @param partition a number, as text
     * @param offset    a number, as text
     * @throws ProblemException when the partition or the offset is invalid, or the topic or the dead letter is unknown
     */
    public ConsumerRecord<byte[], byte[]> read(@Variable("topic") String topic, @Variable("partition") String partition,
            @Variable("offset") String offset) {
        String letters = DeadLetterPublisher.topicOf(origin(topic));
        long wantedPartition = number("partition", partition, Integer.MAX_VALUE);
        long wantedOffset = number("offset", offset, LARGEST_OFFSET);
        try (DeadLetterReader reader = new DeadLetterReader(kafka.consumer())) {
            return reader.find(letters, (int) wantedPartition, wantedOffset)
                    .orElseThrow(() -> new ProblemException(HttpStatus.NOT_FOUND,
                            "No dead letter at this position: it never existed, or Kafka deleted it when its retention ended."));
        }
    }

    private static long number(String field, String text, long largest) {
        if (!NUMBER.matcher(text).matches() || Long.parseLong(text) > largest) {
            throw ProblemException.invalidField(field, "the %s must be a whole number from 0 to %d".formatted(field, largest));
        }
        return Long.parseLong(text);
    }

    /** Where a letter stands. */
    public List<DeadLetterRange> place(@Variable("letter") ConsumerRecord<byte[], byte[]> letter) {
        return List.of(new DeadLetterRange(letter.topic(), letter.partition(), letter.offset(), letter.offset(), Instant.EPOCH));
    }

    /**
     * The answer to a request for one letter.
     *
     * @param replayed rows of {@code find-replays.sql} for its {@link #place}
     */
    public DeadLetterDetails details(@Variable("letter") ConsumerRecord<byte[], byte[]> letter, @Body List<List<Map<String, Object>>> replayed) {
        Instant replayedAt = new ReplayedDeadLetters(replayed).time(DeadLetter.place(letter), letter.offset(), DeadLetter.writtenAt(letter));
        return DeadLetterDetails.of(letter, origin(letter.topic()), maxReplays, replayedAt, mask);
    }

    /** What was read of a topic, in no order, and how many older letters were not. */
    record NewestLetters(String origin, List<DeadLetter> letters, List<DeadLetterRange> ranges, long older) {
    }

    /** The contract's schema {@code DeadLetterPublisher}. */
    public record Overview(int maxReplays, int lookedAt, List<TopicOverview> topics) {
    }

    /** The dead letters of one topic; the group with the newest letter comes first. */
    public record TopicOverview(String topic, String origin, long olderNotLookedAt, List<Group> groups) {
    }

    /** The dead letters of one route and reason; the newest come first. */
    public record Group(String route, String reason, int count, List<DeadLetter> newest) {
    }
}
