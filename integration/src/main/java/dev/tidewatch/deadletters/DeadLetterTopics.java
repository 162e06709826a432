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
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Lists and shows the dead letters. */
@Component("deadLetterTopics")
public class DeadLetterTopics {

    /** How many dead letters of a group are listed. */
    private static final int MAX_LISTED = 20;
    /** The first chunk that is read of a partition; each next chunk doubles. Large dead letters may use up the time after few chunks. */
    private static final int FIRST_CHUNK = 50;
    private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,15}");
    /** The largest integer that every JSON parser reads exactly; also in the contract. */
    private static final long MAX_OFFSET = 9_007_199_254_740_991L;
    private static final Duration TIME_TO_READ = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(DeadLetterTopics.class);
    private static final Comparator<DeadLetter> NEWEST_FIRST =
            Comparator.comparing(DeadLetter::time).thenComparing(DeadLetter::offset).reversed();

    private final Topics topics;
    private final KafkaClients kafka;
    private final int mostLookedAt;
    private final int maxReplays;
    private final DeadLetterMask mask;
    /** By topic that no route reads, its contents when they were last looked at. */
    private final Map<String, LeftTopic> left = new ConcurrentHashMap<>();

    private record LeftTopic(List<DeadLetterRange> ranges, boolean holdsDeadLetters) {
    }

    DeadLetterTopics(Topics topics, KafkaClients kafka, DeadLetterProperties settings, DeadLetterMask mask) {
        this.topics = topics;
        this.kafka = kafka;
        this.mostLookedAt = settings.lookedAt();
        this.maxReplays = settings.maxReplays();
        this.mask = mask;
    }

    /**
     * The topic of the original records of a dead-letter topic.
     *
     * @param name the dead-letter topic, or the original topic itself
     * @throws ProblemException when no route reads such a topic, and its dead-letter topic holds no dead letters of a removed route
     */
    String origin(DeadLetterReader reader, String name) {
        List<String> read = topics.consumed();
        return read.stream().filter(topic -> name.equals(Topics.deadLetterTopic(topic))).findFirst()
                .or(() -> read.stream().filter(name::equals).findFirst())
                .or(() -> left(reader, read).filter(topic -> name.equals(topic) || name.equals(Topics.deadLetterTopic(topic))).findFirst())
                .orElseThrow(() -> new ProblemException(HttpStatus.NOT_FOUND,
                        "Unknown dead-letter topic; GET /api/dead-letters lists the topics."));
    }

    /** The topics of removed routes with dead letters. A topic that another program owns may have the name of a dead-letter topic. */
    private Stream<String> left(DeadLetterReader reader, List<String> read) {
        return topics.withNameOfDeadLetterTopic().stream().filter(topic -> !read.contains(Topics.originOf(topic)))
                .filter(topic -> holdsDeadLetters(reader, topic)).map(Topics::originOf);
    }

    private boolean holdsDeadLetters(DeadLetterReader reader, String topic) {
        try {
            List<DeadLetterRange> ranges = reader.ranges(topic);
            return left.compute(topic, (name, before) -> before != null && before.ranges().equals(ranges) ? before
                    : new LeftTopic(ranges, ranges.stream().anyMatch(range -> endsWithDeadLetter(reader, range)))).holdsDeadLetters();
        } catch (AuthorizationException e) {
            log.debug("{} belongs to another program", topic, e);
            return false;
        }
    }

    private static boolean endsWithDeadLetter(DeadLetterReader reader, DeadLetterRange range) {
        List<ConsumerRecord<byte[], byte[]>> newest = new ArrayList<>();
        if (range.size() > 0) {
            reader.read(range.at(range.last()), newest::add);
        }
        return newest.stream().anyMatch(record -> Topics.originOf(range.topic()).equals(DeadLetter.header(record, "topic")));
    }

    /**
     * Reads the newest dead letters of each partition: as many as configured, or fewer if they are large.
     *
     * @param topic as in {@link #origin}; null for all topics
     * @throws ProblemException as in {@link #origin}
     */
    public List<NewestDeadLetters> newest(@Variable("topic") String topic) {
        Instant stop = Instant.now().plus(TIME_TO_READ);
        List<NewestDeadLetters> newest = new ArrayList<>();
        try (DeadLetterReader reader = new DeadLetterReader(kafka.newConsumer())) {
            for (String origin : topic == null ? origins(reader) : List.of(origin(reader, topic))) {
                List<DeadLetter> deadLetters = new ArrayList<>();
                List<DeadLetterRange> read = new ArrayList<>();
                long older = 0;
                for (DeadLetterRange all : reader.ranges(Topics.deadLetterTopic(origin))) {
                    DeadLetterRange newestOfPartition = readBackwards(reader, all, stop, deadLetters);
                    read.add(newestOfPartition);
                    older += all.size() - newestOfPartition.size();
                }
                newest.add(new NewestDeadLetters(origin, deadLetters, read, older));
            }
        }
        return newest;
    }

    private List<String> origins(DeadLetterReader reader) {
        List<String> read = topics.consumed();
        return Stream.concat(read.stream(), left(reader, read)).toList();
    }

    /** Reads a range chunk by chunk from its end, and returns the part that it has read. */
    private DeadLetterRange readBackwards(DeadLetterReader reader, DeadLetterRange all, Instant stop, List<DeadLetter> deadLetters) {
        DeadLetterRange read = all.from(all.last() + 1);
        while (read.size() < Math.min(all.size(), mostLookedAt) && (read.size() == 0 || Instant.now().isBefore(stop))) {
            long chunk = Math.min(Math.max(FIRST_CHUNK, read.size()), mostLookedAt - read.size());
            DeadLetterRange before = all.from(Math.max(all.first(), read.first() - chunk)).until(read.first() - 1);
            reader.read(before, deadLetter -> deadLetters.add(DeadLetter.of(deadLetter, mask)));
            read = all.from(before.first());
        }
        return read;
    }

    /** The ranges that {@link #newest} has read. */
    public List<DeadLetterRange> ranges(@Variable("deadLetters") List<NewestDeadLetters> newest) {
        return newest.stream().flatMap(topic -> topic.ranges().stream()).filter(range -> range.size() > 0).toList();
    }

    /**
     * The dead letters that have not been replayed, by topic, route and reason.
     *
     * @param replayed rows of {@code find-replays.sql} for each of the {@link #ranges}
     */
    public Overview overview(@Variable("deadLetters") List<NewestDeadLetters> newest, @Body List<List<Map<String, Object>>> replayed) {
        ReplayedDeadLetters known = new ReplayedDeadLetters(replayed);
        return new Overview(maxReplays, mostLookedAt, newest.stream().map(topic -> overview(topic, known)).toList());
    }

    private static TopicOverview overview(NewestDeadLetters newest, ReplayedDeadLetters replayed) {
        String topic = Topics.deadLetterTopic(newest.origin());
        Map<List<String>, List<DeadLetter>> groups = new LinkedHashMap<>();
        newest.deadLetters().stream()
                .filter(deadLetter -> !replayed.contain(
                        new TopicPartition(topic, deadLetter.partition()), deadLetter.offset(), deadLetter.time()))
                .sorted(NEWEST_FIRST)
                // Grouped by a list, which may hold null.
                .forEach(deadLetter -> groups.computeIfAbsent(key(deadLetter), key -> new ArrayList<>()).add(deadLetter));
        return new TopicOverview(topic, newest.origin(), newest.older(), groups(groups.values()));
    }

    private static List<String> key(DeadLetter deadLetter) {
        List<String> key = new ArrayList<>();
        key.add(deadLetter.route());
        key.add(deadLetter.reason());
        return key;
    }

    private static List<Group> groups(Collection<List<DeadLetter>> groups) {
        return groups.stream().map(deadLetters -> new Group(deadLetters.get(0).route(), deadLetters.get(0).reason(), deadLetters.size(),
                deadLetters.subList(0, Math.min(MAX_LISTED, deadLetters.size())))).toList();
    }

    /**
     * Reads one dead letter.
     *
     * @param topic     as in {@link #origin}
     * @param partition a number as text
     * @param offset    a number as text
     * @throws ProblemException when the partition or the offset is invalid, or the topic or the dead letter is unknown
     */
    public ConsumerRecord<byte[], byte[]> read(@Variable("topic") String topic, @Variable("partition") String partition,
            @Variable("offset") String offset) {
        long wantedPartition = number("partition", partition, Integer.MAX_VALUE);
        long wantedOffset = number("offset", offset, MAX_OFFSET);
        try (DeadLetterReader reader = new DeadLetterReader(kafka.newConsumer())) {
            return reader.find(Topics.deadLetterTopic(origin(reader, topic)), (int) wantedPartition, wantedOffset)
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

    /** The range that holds only this dead letter. */
    public List<DeadLetterRange> rangeOf(@Variable("deadLetter") ConsumerRecord<byte[], byte[]> deadLetter) {
        return List.of(DeadLetterRange.of(deadLetter));
    }

    /**
     * The details of one dead letter.
     *
     * @param replayed rows of {@code find-replays.sql} for its {@link #rangeOf range}
     */
    public DeadLetterDetails details(@Variable("deadLetter") ConsumerRecord<byte[], byte[]> deadLetter,
            @Body List<List<Map<String, Object>>> replayed) {
        Instant replayedAt = new ReplayedDeadLetters(replayed)
                .time(DeadLetter.partition(deadLetter), deadLetter.offset(), DeadLetter.writtenAt(deadLetter));
        return DeadLetterDetails.of(deadLetter, Topics.originOf(deadLetter.topic()), maxReplays, replayedAt, mask);
    }

    /** The dead letters read from a topic, in no order, and the number of older ones that were not read. */
    record NewestDeadLetters(String origin, List<DeadLetter> deadLetters, List<DeadLetterRange> ranges, long older) {
    }

    /** The contract's schema {@code DeadLetters}. */
    public record Overview(int maxReplays, int lookedAt, List<TopicOverview> topics) {
    }

    /** The dead letters of one topic; the group with the newest dead letter comes first. */
    public record TopicOverview(String topic, String origin, long olderNotLookedAt, List<Group> groups) {
    }

    /** The dead letters of one route and reason, the newest first. */
    public record Group(String route, String reason, int count, List<DeadLetter> newest) {
    }
}
