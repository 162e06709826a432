package dev.tidewatch.consumer;

import dev.tidewatch.changefeed.Watermarks;
import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ChangeMessage;
import dev.tidewatch.changes.ChangeWindow;
import dev.tidewatch.changes.UnreadableChangeException;
import dev.tidewatch.changes.Watermark;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.kafka.KafkaClients;
import dev.tidewatch.kafka.PartitionReader;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Recognises changes that TiCDC sends again, by the watermarks that a consumer group has applied. They are kept in the metadata of the
 * committed offsets, as JSON, so that whoever reads the partition next goes on with them: {@code watermark}, and {@code from}, the offset
 * of the oldest record whose identity is remembered.
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
    private final Watermarks watermarks;
    private final ObjectMapper json;
    private final Map<Place, Applied> applied = new ConcurrentHashMap<>();

    private record Place(String groupId, TopicPartition partition) {
    }

    /** The state after the record before an offset. */
    private record Applied(ChangeWindow window, long nextOffset) {
    }

    /** What stands in the metadata of a committed offset. */
    record Metadata(long watermark, long from) {
    }

    AppliedWatermarks(CanalJsonDecoder decoder, PartitionReader reader, KafkaClients kafka, Watermarks watermarks, ObjectMapper json,
            @Value("${topics.database-changes}") String topic) {
        this.decoder = decoder;
        this.reader = reader;
        this.kafka = kafka;
        this.topic = topic;
        this.watermarks = watermarks;
        this.json = json;
    }

    /** Marks the changes of a poll that have been here before, and applies its watermarks, which are no events of their own. */
    public void deduplicate(@Variable("poll") Poll poll) throws JsonProcessingException {
        if (poll.keepsSomething()) {
            return;
        }
        Place place = new Place(poll.groupId(), poll.partition());
        // Taken out until the poll is committed: after a failure the committed state counts.
        Applied known = applied.remove(place);
        ChangeWindow window = known != null && known.nextOffset() == poll.firstOffset() ? known.window() : committedWindow(poll);
        for (ConsumedRecord record : poll.records()) {
            if (record.event() instanceof Watermark watermark) {
                window.advance(watermark.watermarkTs());
                if (record.origin().topic().equals(topic)) {
                    watermarks.advance(watermark, record.origin());
                }
                record.markDone();
            } else if (record.event() instanceof ChangeMessage change && !record.isReplayed()
                    && window.isDuplicate(change, record.origin().offset())) {
                record.markDuplicate();
            }
        }
        String metadata = json.writeValueAsString(new Metadata(window.watermark(), window.oldestOffset(poll.nextOffset())));
        poll.keepWithOffset(metadata, () -> applied.put(place, new Applied(window, poll.nextOffset())));
    }

    /**
     * The watermark up to which the route {@code log-database-changes} has read all changes, in the partition where it is lowest; nothing
     * when it has read none.
     *
     * @throws org.apache.kafka.common.KafkaException when no broker answers
     */
    public OptionalLong lowestCommitted() {
        return kafka.committed(GROUP, topic).values().stream()
                .map(OffsetAndMetadata::metadata).flatMap(this::metadata).mapToLong(Metadata::watermark).filter(ts -> ts > 0).min();
    }

    private Stream<Metadata> metadata(String text) {
        try {
            return text.isEmpty() ? Stream.empty() : Stream.of(json.readValue(text, Metadata.class));
        } catch (JsonProcessingException e) {
            return Stream.empty();
        }
    }

    /** The window as it was when the offset at which a poll begins was committed. */
    private ChangeWindow committedWindow(Poll poll) {
        OffsetAndMetadata committed = poll.committed();
        if (committed == null || committed.metadata().isEmpty()) {
            return new ChangeWindow(0);
        }
        Metadata metadata = metadata(committed.metadata()).findAny().orElse(null);
        if (metadata == null) {
            log.warn("The offset of {} was committed with metadata that is not ours; changes sent before it and again cannot be recognised",
                    poll.partition());
            return new ChangeWindow(0);
        }
        ChangeWindow window = new ChangeWindow(metadata.watermark());
        for (ConsumerRecord<byte[], byte[]> record : reader.read(poll.partition(), metadata.from(), committed.offset())) {
            try {
                ChangeMessage change = decoder.decode(record.value());
                if (!(change instanceof Watermark)) {
                    window.isDuplicate(change, record.offset());
                }
            } catch (UnreadableChangeException e) {
                log.debug("Offset {} of {} is a dead letter", record.offset(), poll.partition());
            }
        }
        return window;
    }
}
