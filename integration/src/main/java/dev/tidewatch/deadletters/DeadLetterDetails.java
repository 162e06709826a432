package dev.tidewatch.deadletters;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The contract's schema {@code DeadLetterDetails}: a dead letter with its cause and its bytes.
 *
 * @param topic       the dead-letter topic
 * @param time        when it was written there; UTC, milliseconds
 * @param failedAt    when the route failed; null without that header
 * @param replayedAt  when it was replayed; null when it has not been
 * @param replayable  whether a replay would send it
 * @param omitted     the parts of the record that were too large for the dead-letter topic, or are withheld
 * @param headerCount how many headers it has; {@code headers} may hold fewer
 */
public record DeadLetterDetails(String topic, int partition, long offset, Instant time, Origin origin, String route, String group,
        String reason, String exception, Instant failedAt, int replays, int maxReplays, Instant replayedAt, boolean replayable,
        List<String> omitted, List<Header> headers, int headerCount, ShownBytes key, ShownBytes value) {

    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 4 * 1024;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_NAME_LENGTH = 256;
    /** The largest integer that every JSON parser reads exactly. */
    private static final long MAX_NUMBER = 9_007_199_254_740_991L;

    /** The original topic, partition and offset; the latter two are null without their headers. */
    public record Origin(String topic, Long partition, Long offset) {
    }

    /** One header; its value may be null. */
    public record Header(String name, ShownBytes value) {
    }

    /**
     * The details of a dead letter, masked.
     *
     * @param origin     the topic of the original record
     * @param replayedAt null when it has not been replayed
     */
    static DeadLetterDetails of(ConsumerRecord<byte[], byte[]> deadLetter, String origin, int maxReplays, Instant replayedAt,
            DeadLetterMask mask) {
        int replays = DeadLetter.number(deadLetter, "replays", 0);
        List<String> omitted = DeadLetter.omitted(deadLetter);
        return new DeadLetterDetails(deadLetter.topic(), deadLetter.partition(), deadLetter.offset(), DeadLetter.writtenAt(deadLetter),
                new Origin(origin, number(deadLetter, "partition"), number(deadLetter, "offset")),
                DeadLetter.header(deadLetter, "route"), DeadLetter.header(deadLetter, "group"), DeadLetter.header(deadLetter, "message"),
                DeadLetter.header(deadLetter, "exception"), time(DeadLetter.header(deadLetter, "time")), replays, maxReplays, replayedAt,
                replayedAt == null && replays < maxReplays && omitted.isEmpty(), omitted,
                headers(deadLetter, mask), deadLetter.headers().toArray().length, mask.show(deadLetter.key(), MAX_BYTES),
                omitted.isEmpty() ? mask.show(deadLetter.value(), MAX_BYTES)
                        : ShownBytes.omitted(DeadLetter.number(deadLetter, DeadLetter.VALUE_SIZE, 0)));
    }

    private static List<Header> headers(ConsumerRecord<byte[], byte[]> deadLetter, DeadLetterMask mask) {
        return StreamSupport.stream(deadLetter.headers().spliterator(), false).limit(MAX_HEADERS)
                .map(header -> new Header(DeadLetter.beginning(mask.showName(header.key()), MAX_NAME_LENGTH),
                        mask.showHeader(header.key(), header.value(), MAX_HEADER_BYTES)))
                .toList();
    }

    private static Long number(ConsumerRecord<byte[], byte[]> deadLetter, String name) {
        String text = DeadLetter.header(deadLetter, name);
        return text != null && text.matches("\\d{1,16}") && Long.parseLong(text) <= MAX_NUMBER ? Long.valueOf(text) : null;
    }

    private static Instant time(String text) {
        try {
            // Only years with four digits, as in the contract.
            return text == null || !text.matches("\\d{4}-.*") ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
