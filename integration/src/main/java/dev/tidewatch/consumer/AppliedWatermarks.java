package dev.tidewatch.consumer;

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
import java.util.OptionalLong;
import org.apache.camel.Variable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Recognises changes that TiCDC sends again, by their identities and the watermarks that a consumer group has applied.
 */
@Component("appliedWatermarks")
public class AppliedWatermarks extends CommittedWindows<ChangeWindow> {

    private static final Logger log = LoggerFactory.getLogger(AppliedWatermarks.class);
    /** The consumer group of the route log-database-changes. */
    private static final String GROUP = "log-database-changes";

    private final CanalJsonDecoder decoder;
    private final KafkaClients kafka;
    private final String topic;
    private final WatermarkListener listener;
    private final Clock clock = Clock.systemUTC();

    AppliedWatermarks(CanalJsonDecoder decoder, PartitionReader reader, KafkaClients kafka, WatermarkListener listener, ObjectMapper json,
            TopicNames topics) {
        super(reader, json);
        this.decoder = decoder;
        this.kafka = kafka;
        this.topic = topics.databaseChanges();
        this.listener = listener;
    }

    /** Marks the duplicates of a poll, and applies its watermarks, which need no more work. */
    public void markDuplicates(@Variable("poll") Poll poll) {
        poll.partitions().forEach(this::markDuplicates);
    }

    void markDuplicates(PolledPartition partition) {
        ChangeWindow window = window(partition);
        for (ConsumedRecord record : partition.records()) {
            if (record.event() instanceof Watermark watermark) {
                window.advance(watermark.watermarkTs(), record.origin().offset());
                if (record.origin().topic().equals(topic)) {
                    listener.advance(watermark, record.origin());
                }
                record.markDone();
            } else if (record.event() instanceof ChangeMessage change && !record.isReplayed()) {
                if (window.isDuplicate(change, record.origin().offset())) {
                    record.markDuplicate();
                } else if (window.isLate(change)) {
                    record.markLate();
                }
            }
        }
    }

    /**
     * The lowest watermark that the route {@code log-database-changes} has committed in any partition; empty when it has committed none.
     *
     * @throws org.apache.kafka.common.KafkaException when no broker answers
     */
    public OptionalLong lowestCommitted() {
        return kafka.committed(GROUP, topic).values().stream()
                .flatMap(committed -> metadata(committed.metadata()).stream()).mapToLong(Metadata::watermark)
                .filter(ts -> ts > 0 && !Watermark.isAhead(ts, clock.millis())).min();
    }

    @Override
    ChangeWindow create(PolledPartition partition, Metadata metadata) {
        return new ChangeWindow(plausible(metadata.watermark(), partition));
    }

    /** The committed watermark; 0 if it is later than the records after it. */
    private static long plausible(long watermark, PolledPartition partition) {
        long newest = partition.records().stream().mapToLong(ConsumedRecord::timestamp).max().orElseThrow();
        if (Watermark.isAhead(watermark, newest)) {
            partition.refuseCommittedWatermark();
            return 0;
        }
        return watermark;
    }

    @Override
    void remember(ConsumerRecord<byte[], byte[]> record, ChangeWindow window) {
        try {
            ChangeMessage change = decoder.decode(record.value());
            if (!(change instanceof Watermark)) {
                window.isDuplicate(change, record.offset());
            }
        } catch (UnreadableChangeException e) {
            log.debug("Offset {} of {} is unreadable", record.offset(), record.topic());
        }
    }

    @Override
    Metadata metadata(ChangeWindow window, long nextOffset) {
        return new Metadata(window.watermark(nextOffset), window.oldestOffset(nextOffset));
    }

    @Override
    void commit(ChangeWindow window, long nextOffset) {
        window.commit(nextOffset);
    }
}
