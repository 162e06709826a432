package dev.tidewatch.live;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * How far the topics have been read: of each the id that Kafka gave it, and of each of its partitions the offset of the next record. Its
 * text is the id of a server-sent event; it means the same on every instance, and nothing for topics that were created anew.
 */
record Position(List<Reached> topics) {

    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9_-]{1,64}(~[0-9a-z]{1,12})+(\\.[A-Za-z0-9_-]{1,64}(~[0-9a-z]{1,12})+)*");
    private static final int LONGEST_TEXT = 8192;

    /**
     * One topic; without an id it is not known yet.
     *
     * @param next by partition
     */
    record Reached(String topicId, long[] next) {

        private static final Reached NOTHING = new Reached("", new long[0]);

        private boolean isSameTopic(Reached other) {
            return topicId.equals(other.topicId) && next.length == other.next.length;
        }
    }

    static Position ofUnknown(int topics) {
        return new Position(LongStream.range(0, topics).mapToObj(topic -> Reached.NOTHING).toList());
    }

    /** Reads what {@link #toString} wrote; null when the text is something else. */
    static Position parse(String text) {
        if (text == null || text.length() > LONGEST_TEXT || !TEXT.matcher(text).matches()) {
            return null;
        }
        return new Position(Arrays.stream(text.split("\\.")).map(topic -> {
            String[] parts = topic.split("~");
            return new Reached(parts[0], Arrays.stream(parts).skip(1).mapToLong(offset -> Long.parseLong(offset, 36)).toArray());
        }).toList());
    }

    /** The offset of the next record; -1 when the partition is not known. */
    long next(int topic, int partition) {
        long[] next = topics.get(topic).next();
        return partition < next.length ? next[partition] : -1;
    }

    Position with(int topic, Reached reached) {
        Reached[] changed = topics.toArray(Reached[]::new);
        changed[topic] = reached;
        return new Position(List.of(changed));
    }

    Position with(int topic, int partition, long offset) {
        long[] next = topics.get(topic).next().clone();
        next[partition] = offset;
        return with(topic, new Reached(topics.get(topic).topicId(), next));
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

    /** Whether this is as far as another position, or further, in every partition. */
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

    /** The further one of this and another position of known topics, partition by partition. */
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
