package dev.tidewatch.deadletters;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The contract's schema {@code DeadLetterDetails}: one letter, with its cause and its bytes.
 *
 * @param topic       the dead-letter topic
 * @param time        when it was written there; UTC, milliseconds
 * @param failedAt    when the route failed; null when no header says
 * @param replayedAt  when it was sent back; null when it waits
 * @param replayable  whether a replay would send it back
 * @param headerCount how many headers it has; {@code headers} may be fewer
 */
public record DeadLetterDetails(String topic, int partition, long offset, Instant time, Origin origin, String route, String group,
        String reason, String exception, Instant failedAt, int replays, int maxReplays, Instant replayedAt, boolean replayable,
        List<Header> headers, int headerCount, ShownBytes key, ShownBytes value) {

    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_BYTES_OF_A_HEADER = 4 * 1024;
    private static final int MOST_HEADERS = 100;
    private static final int LONGEST_NAME = 256;
    /** The largest number that every reader of JSON knows exactly. */
    private static final long LARGEST = 9_007_199_254_740_991L;

    /** Where it came from; the partition and the offset are null when no header says. */
    public record Origin(String topic, Long partition, Long offset) {
    }

    /** One header; its value may be null. */
    public record Header(String name, ShownBytes value) {
    }

    /**
     * All that may be seen of a letter.
     *
     * @param origin     the topic that it comes from
     * @param replayedAt null when it waits
     */
    static DeadLetterDetails of(ConsumerRecord<byte[], byte[]> letter, String origin, int maxReplays, Instant replayedAt, DeadLetterMask mask) {
        int replays = DeadLetter.number(letter, "replays", 0);
        return new DeadLetterDetails(letter.topic(), letter.partition(), letter.offset(), DeadLetter.writtenAt(letter),
                new Origin(origin, number(letter, "partition"), number(letter, "offset")),
                DeadLetter.header(letter, "route"), DeadLetter.header(letter, "group"), DeadLetter.header(letter, "message"),
                DeadLetter.header(letter, "exception"), time(DeadLetter.header(letter, "time")), replays, maxReplays, replayedAt,
                replayedAt == null && replays < maxReplays, headers(letter, mask), letter.headers().toArray().length,
                mask.show(letter.key(), MOST_BYTES), mask.show(letter.value(), MOST_BYTES));
    }

    private static List<Header> headers(ConsumerRecord<byte[], byte[]> letter, DeadLetterMask mask) {
        return StreamSupport.stream(letter.headers().spliterator(), false).limit(MOST_HEADERS)
                .map(header -> new Header(DeadLetter.beginning(mask.showName(header.key()), LONGEST_NAME),
                        mask.showHeader(header.key(), header.value(), MOST_BYTES_OF_A_HEADER)))
                .toList();
    }

    private static Long number(ConsumerRecord<byte[], byte[]> letter, String name) {
        String text = DeadLetter.header(letter, name);
        return text != null && text.matches("\\d{1,16}") && Long.parseLong(text) <= LARGEST ? Long.valueOf(text) : null;
    }

    private static Instant time(String text) {
        try {
            // Four digits of a year.
            return text == null || !text.matches("\\d{4}-.*") ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
