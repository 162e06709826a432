package dev.tidewatch.live;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * How far both topics have been read: per topic its Kafka topic id and, per partition, the offset of the next record. The text form is the
 * id of a server-sent event. It is valid on every instance; recreating a topic invalidates it.
 */
record Position(List<OfTopic> topics) {

    private static final String TOPIC = "[A-Za-z0-9_-]{1,64}(?:~[0-9a-z]{1,12})++";
    /** Possessive: a text of thousands of offsets would overflow the stack. */
    private static final Pattern TEXT = Pattern.compile(TOPIC + "(?:\\." + TOPIC + ")*+");
    private static final int LONGEST_TEXT = 8192;

    /**
     * The position in one topic.
     *
     * @param topicId empty before the topic is known
     * @param next    by partition, the offset of the next record
     */
    record OfTopic(String topicId, long[] next) {

        private static final OfTopic UNKNOWN = new OfTopic("", new long[0]);

        private boolean isSameTopic(OfTopic other) {
            return topicId.equals(other.topicId) && next.length == other.next.length;
        }
    }

    static Position ofUnknown(int topics) {
        return new Position(LongStream.range(0, topics).mapToObj(topic -> OfTopic.UNKNOWN).toList());
    }

    /** Parses the text form; null for any other text. */
    static Position parse(String text) {
        if (text == null || text.length() > LONGEST_TEXT || !TEXT.matcher(text).matches()) {
            return null;
        }
        return new Position(Arrays.stream(text.split("\\.")).map(topic -> {
            String[] parts = topic.split("~");
            return new OfTopic(parts[0], Arrays.stream(parts).skip(1).mapToLong(offset -> Long.parseLong(offset, 36)).toArray());
        }).toList());
    }

    /** The offset of the next record; -1 for an unknown partition. */
    long next(int topic, int partition) {
        long[] next = topics.get(topic).next();
        return partition < next.length ? next[partition] : -1;
    }

    Position with(int topic, OfTopic position) {
        OfTopic[] changed = topics.toArray(OfTopic[]::new);
        changed[topic] = position;
        return new Position(List.of(changed));
    }

    Position withUnknown(int topic) {
        return with(topic, OfTopic.UNKNOWN);
    }

    Position with(int topic, int partition, long offset) {
        long[] next = topics.get(topic).next().clone();
        next[partition] = offset;
        return with(topic, new OfTopic(topics.get(topic).topicId(), next));
    }

    boolean isKnown() {
        return topics.stream().noneMatch(topic -> topic.next().length == 0);
    }

    boolean isOfSameTopics(Position other) {
        if (topics.size() != other.topics.size()) {
            return false;
        }
        for (int topic = 0; topic < topics.size(); topic++) {
            if (!topics.get(topic).isSameTopic(other.topics.get(topic))) {
                return false;
            }
        }
        return true;
    }

    /** Whether this is at or beyond the other position in every partition. */
    boolean covers(Position other) {
        if (!isOfSameTopics(other)) {
            return false;
        }
        for (int topic = 0; topic < topics.size(); topic++) {
            for (int partition = 0; partition < topics.get(topic).next().length; partition++) {
                if (next(topic, partition) < other.next(topic, partition)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Per partition, the larger offset of this and another position in the same topics. */
    Position max(Position other) {
        Position max = other;
        for (int topic = 0; topic < topics.size(); topic++) {
            for (int partition = 0; partition < topics.get(topic).next().length; partition++) {
                if (next(topic, partition) > max.next(topic, partition)) {
                    max = max.with(topic, partition, next(topic, partition));
                }
            }
        }
        return max;
    }

    @Override
    public String toString() {
        return topics.stream().map(topic -> topic.topicId() + Arrays.stream(topic.next()).mapToObj(next -> '~' + Long.toString(next, 36))
                .collect(Collectors.joining())).collect(Collectors.joining("."));
    }
}
