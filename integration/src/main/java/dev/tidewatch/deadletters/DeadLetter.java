package dev.tidewatch.deadletters;

import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * What is known of a record in a dead-letter topic, without its value. Of a header that stands more than once the last one counts: the
 * headers of a letter that failed again are followed by the new ones.
 *
 * @param partition where it stands in the dead-letter topic
 * @param offset    where it stands in the partition
 * @param time      when it was written there; UTC, milliseconds
 * @param key       the record's key without secrets, the first 256 characters of it; null when there is none or it is not UTF-8
 * @param route     the route that failed; null when no header says
 * @param reason    why; null when no header says
 * @param exception the class of the exception; null when no header says
 * @param replays   how often it has been sent back
 */
@JsonIncludeProperties({"partition", "offset", "time", "key", "exception", "replays"})
record DeadLetter(int partition, long offset, Instant time, String key, String route, String reason, String exception, int replays) {

    /** What the names of its headers begin with. */
    static final String HEADERS = "dead-letter.";

    private static final int LONGEST_TEXT = 1024;
    private static final int LONGEST_KEY = 256;
    private static final int BYTES_OF_LONGEST_KEY = 4 * LONGEST_KEY;

    static DeadLetter of(ConsumerRecord<byte[], byte[]> letter, DeadLetterMask mask) {
        return new DeadLetter(letter.partition(), letter.offset(), writtenAt(letter), key(letter.key(), mask), header(letter, "route"),
                header(letter, "message"), header(letter, "exception"), number(letter, "replays", 0));
    }

    static Instant writtenAt(ConsumerRecord<byte[], byte[]> letter) {
        return Instant.ofEpochMilli(letter.timestamp());
    }

    static TopicPartition place(ConsumerRecord<byte[], byte[]> letter) {
        return new TopicPartition(letter.topic(), letter.partition());
    }

    /**
     * The text of the header {@code dead-letter.<name>}, the first 1024 characters of it; null when there is none. Whoever writes into the
     * topic writes what they like, and a route of the user's gives reasons of its own.
     */
    static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(HEADERS + name);
        return header == null || header.value() == null ? null : beginning(new String(header.value(), StandardCharsets.UTF_8), LONGEST_TEXT);
    }

    /** The number in the header {@code dead-letter.<name>}; another one when there is none, or one below zero. */
    static int number(ConsumerRecord<byte[], byte[]> letter, String name, int otherwise) {
        String text = header(letter, name);
        return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    private static String key(byte[] key, DeadLetterMask mask) {
        ShownBytes shown = mask.show(key, BYTES_OF_LONGEST_KEY);
        return shown == null || shown.text() == null ? null : beginning(shown.text(), LONGEST_KEY);
    }

    /** The first characters of a text. */
    static String beginning(String text, int most) {
        return text.codePointCount(0, text.length()) <= most ? text : text.substring(0, text.offsetByCodePoints(0, most));
    }
}
