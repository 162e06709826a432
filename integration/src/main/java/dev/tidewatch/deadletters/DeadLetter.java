package dev.tidewatch.deadletters;

import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * A record of a dead-letter topic, without its value. If a header occurs more than once, the last one counts: a replayed record that fails
 * again has its new headers after the old ones.
 *
 * @param partition the partition of the dead-letter topic
 * @param offset    the offset in that partition
 * @param time      when it was written there; UTC, milliseconds
 * @param key       the first 256 characters of the key, masked; null when there is none or it is not UTF-8
 * @param route     the route that failed; null without that header
 * @param reason    why it failed; null without that header
 * @param exception the class of the exception; null without that header
 * @param replays   how often it has been replayed
 * @param omitted   the parts of the record that were too large for the dead-letter topic, or are withheld
 */
@JsonIncludeProperties({"partition", "offset", "time", "key", "exception", "replays", "omitted"})
record DeadLetter(int partition, long offset, Instant time, String key, String route, String reason, String exception, int replays,
        List<String> omitted) {

    /** The prefix of its header names. */
    static final String HEADERS = "dead-letter.";

    /** The name, after the prefix, of the header with the omitted parts of a record; comma-separated. */
    static final String OMITTED = "omitted";
    /** The name, after the prefix, of the header with the size of the omitted value in bytes. */
    static final String VALUE_SIZE = "value-size";

    static final int MAX_TEXT_LENGTH = 1024;
    private static final int MAX_KEY_LENGTH = 256;
    private static final int MAX_KEY_BYTES = 4 * MAX_KEY_LENGTH;

    /** A part of a record that its dead letter can omit. */
    enum Part {
        VALUE, KEY, HEADERS;

        static String text(Set<Part> parts) {
            return parts.stream().sorted().map(part -> part.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(","));
        }
    }

    static DeadLetter of(ConsumerRecord<byte[], byte[]> deadLetter, DeadLetterMask mask) {
        return new DeadLetter(deadLetter.partition(), deadLetter.offset(), writtenAt(deadLetter), key(deadLetter.key(), mask),
                header(deadLetter, "route"), header(deadLetter, "message"), header(deadLetter, "exception"),
                number(deadLetter, "replays", 0), omitted(deadLetter));
    }

    /** The omitted parts of the record, which were too large or withheld; empty when it is complete. */
    static List<String> omitted(ConsumerRecord<byte[], byte[]> deadLetter) {
        List<String> names = Arrays.asList(String.valueOf(header(deadLetter, OMITTED)).split(","));
        return Arrays.stream(Part.values()).map(part -> part.name().toLowerCase(Locale.ROOT)).filter(names::contains).toList();
    }

    static Instant writtenAt(ConsumerRecord<byte[], byte[]> deadLetter) {
        return Instant.ofEpochMilli(deadLetter.timestamp());
    }

    static TopicPartition partition(ConsumerRecord<byte[], byte[]> deadLetter) {
        return new TopicPartition(deadLetter.topic(), deadLetter.partition());
    }

    /**
     * The first 1024 characters of the header {@code dead-letter.<name>}; null when there is none. The length is limited because other
     * programs may write to the topic, and because users' routes set reasons.
     */
    static String header(ConsumerRecord<byte[], byte[]> deadLetter, String name) {
        Header header = deadLetter.headers().lastHeader(HEADERS + name);
        return header == null || header.value() == null ? null
                : beginning(new String(header.value(), StandardCharsets.UTF_8), MAX_TEXT_LENGTH);
    }

    /** The number in the header {@code dead-letter.<name>}; {@code otherwise} when there is none, or a negative one. */
    static int number(ConsumerRecord<byte[], byte[]> deadLetter, String name, int otherwise) {
        String text = header(deadLetter, name);
        return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    private static String key(byte[] key, DeadLetterMask mask) {
        ShownBytes shown = mask.show(key, MAX_KEY_BYTES);
        return shown == null || shown.text() == null ? null : beginning(shown.text(), MAX_KEY_LENGTH);
    }

    /** The first {@code most} characters of a text. */
    static String beginning(String text, int most) {
        return text.codePointCount(0, text.length()) <= most ? text : text.substring(0, text.offsetByCodePoints(0, most));
    }
}
