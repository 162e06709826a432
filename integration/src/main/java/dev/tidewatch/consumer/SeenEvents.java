package dev.tidewatch.consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.Event;
import dev.tidewatch.SeenRecords;
import dev.tidewatch.kafka.PartitionReader;
import org.apache.camel.Variable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Recognises user events that the relay or Kafka sent again, by the ids of the last 1,000 events of the partition. The relay sends a batch
 * of at most 500 events again only as a whole, before it sends any other.
 */
@Component("seenEvents")
public class SeenEvents extends CommittedWindows<SeenRecords<String>> {

    static final int MOST_IDS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(SeenEvents.class);

    private final RecordDecoder decoder;

    SeenEvents(RecordDecoder userEventDecoder, PartitionReader reader, ObjectMapper json) {
        super(reader, json);
        this.decoder = userEventDecoder;
    }

    /** Marks the duplicates of a poll. */
    public void markDuplicates(@Variable("poll") Poll poll) {
        poll.partitions().forEach(this::markDuplicates);
    }

    void markDuplicates(PolledPartition partition) {
        SeenRecords<String> seen = window(partition);
        for (ConsumedRecord record : partition.records()) {
            if (record.event() instanceof Event event && !record.isReplayed() && seen.isSeen(event.eventId(), record.origin().offset())) {
                record.markDuplicate();
            }
        }
    }

    @Override
    SeenRecords<String> create(PolledPartition partition, Metadata metadata) {
        return new SeenRecords<>();
    }

    @Override
    void remember(ConsumerRecord<byte[], byte[]> record, SeenRecords<String> seen) {
        try {
            if (decoder.decode(record.value()) instanceof Event event && !new ConsumedRecord(record).isReplayed()) {
                seen.isSeen(event.eventId(), record.offset());
            }
        } catch (Exception e) {
            log.debug("Offset {} of {} is unreadable", record.offset(), record.topic());
        }
    }

    @Override
    Metadata metadata(SeenRecords<String> seen, long nextOffset) {
        return new Metadata(0, seen.oldestOffset(nextOffset));
    }

    @Override
    void commit(SeenRecords<String> seen, long nextOffset) {
        seen.commit(nextOffset);
        seen.keepNewest(MOST_IDS);
    }
}
