package dev.tidewatch.consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ChangeMessage;
import dev.tidewatch.changes.ChangeWindow;
import dev.tidewatch.changes.UnreadableChangeException;
import dev.tidewatch.changes.Watermark;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.PartitionReader;
import dev.tidewatch.kafka.TopicNames;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Recognises changes that TiCDC sends again, by their identities and the watermarks that a consumer group has applied. The metadata of the
 * committed offset stores them as JSON for the next consumer of the partition: {@code watermark}, and {@code from}, the offset of the
 * oldest record whose identity is remembered.
 */
@Component("appliedWatermarks")
public class AppliedWatermarks {

    private static final Logger log = LoggerFactory.getLogger(AppliedWatermarks.class);
    /** The consumer group of the route log-database-changes. */
    private static final String GROUP = "log-database-changes";

    private final CanalJsonDecoder decoder;
    private final PartitionReader reader;
    private final KafkaClients kafka;
    private final String topic;
    private final WatermarkListener listener;
    private final ObjectMapper json;
    private final Clock clock = Clock.systemUTC();
    private final Map<GroupPartition, Applied> applied = new ConcurrentHashMap<>();

    /** The state after the record before an offset. */
    private record Applied(ChangeWindow window, long nextOffset) {
    }

    /** The metadata of a committed offset. */
    record Metadata(long watermark, long from) {
    }

    AppliedWatermarks(CanalJsonDecoder decoder, PartitionReader reader, KafkaClients kafka, WatermarkListener listener, ObjectMapper json,
            TopicNames topics) {
        this.decoder = decoder;
        this.reader = reader;
        this.kafka = kafka;
        this.topic = topics.databaseChanges();
        this.listener = listener;
        this.json = json;
    }

    /** Marks the duplicates of a poll, and applies its watermarks, which need no more work. */
    public void markDuplicates(@Variable("poll") Poll poll) throws JsonProcessingException {
        // Removed until the poll is committed: a retry starts from the committed state.
        Applied known = applied.remove(poll.source());
        ChangeWindow window = known != null && known.nextOffset() == poll.firstOffset() ? known.window() : committedWindow(poll);
        long lateChanges = 0;
        for (ConsumedRecord record : poll.records()) {
            if (record.event() instanceof Watermark watermark) {
                window.advance(watermark.watermarkTs());
                if (record.origin().topic().equals(topic)) {
                    listener.advance(watermark, record.origin());
                }
                record.markDone();
            } else if (record.event() instanceof ChangeMessage change && !record.isReplayed()) {
                if (window.isDuplicate(change, record.origin().offset())) {
                    record.markDuplicate();
                } else if (window.isLate(change)) {
                    lateChanges++;
                }
            }
        }
        poll.setLateChanges(lateChanges);
        String metadata = json.writeValueAsString(new Metadata(window.watermark(), window.oldestOffset(poll.nextOffset())));
        poll.setMetadata(metadata, () -> applied.put(poll.source(), new Applied(window, poll.nextOffset())));
    }

    /**
     * The lowest watermark that the route {@code log-database-changes} has committed in any partition; empty when it has committed none.
     *
     * @throws org.apache.kafka.common.KafkaException when no broker answers
     */
    public OptionalLong lowestCommitted() {
        return kafka.committed(GROUP, topic).values().stream()
                .map(OffsetAndMetadata::metadata).flatMap(this::metadata).mapToLong(Metadata::watermark)
                .filter(ts -> ts > 0 && !Watermark.isAhead(ts, clock.millis())).min();
    }

    private Stream<Metadata> metadata(String text) {
        try {
            return text.isEmpty() ? Stream.empty() : Stream.of(json.readValue(text, Metadata.class));
        } catch (JsonProcessingException e) {
            return Stream.empty();
        }
    }

    /** The committed watermark; 0 if it is later than the records after it. */
    private long plausible(long watermark, Poll poll) {
        long newest = poll.records().stream().mapToLong(ConsumedRecord::timestamp).max().orElseThrow();
        if (Watermark.isAhead(watermark, newest)) {
            poll.countRefusedWatermark();
            return 0;
        }
        return watermark;
    }

    /** The window at the committed offset, rebuilt from the records that it remembers. */
    private ChangeWindow committedWindow(Poll poll) {
        OffsetAndMetadata committed = poll.committed();
        if (committed == null || committed.metadata().isEmpty()) {
            return new ChangeWindow(0);
        }
        Metadata metadata = metadata(committed.metadata()).findAny().orElse(null);
        if (metadata == null) {
            log.warn("The committed offset of {} has metadata of another program; duplicates of changes before it are not recognised",
                    poll.partition());
            return new ChangeWindow(0);
        }
        if (poll.isReset() || committed.offset() > poll.endOffset()) {
            log.warn("The committed offset {} of {} belongs to another log than the records; duplicates of earlier changes are not"
                    + " recognised", committed.offset(), poll.partition());
            return new ChangeWindow(0);
        }
        ChangeWindow window = new ChangeWindow(plausible(metadata.watermark(), poll));
        reader.read(poll.partition(), metadata.from(), committed.offset(), record -> {
            remember(record, window);
            return true;
        });
        return window;
    }

    private void remember(ConsumerRecord<byte[], byte[]> record, ChangeWindow window) {
        try {
            ChangeMessage change = decoder.decode(record.value());
            if (!(change instanceof Watermark)) {
                window.isDuplicate(change, record.offset());
            }
        } catch (UnreadableChangeException e) {
            log.debug("Offset {} of {} is unreadable", record.offset(), record.topic());
        }
    }
}
