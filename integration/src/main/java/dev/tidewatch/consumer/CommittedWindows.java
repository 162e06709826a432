package dev.tidewatch.consumer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.kafka.PartitionReader;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The windows of partitions at their committed offsets. The metadata of a committed offset says, as JSON, how the next consumer of the
 * partition gets the same window from the records before the offset.
 *
 * @param <W> recognises the duplicates of a partition
 */
abstract class CommittedWindows<W> {

    private static final Logger log = LoggerFactory.getLogger(CommittedWindows.class);

    private final PartitionReader reader;
    private final ObjectMapper json;
    private final Map<GroupPartition, Committed<W>> windows = new ConcurrentHashMap<>();

    /** The state after the record before an offset. */
    private record Committed<W>(W window, long nextOffset) {
    }

    /**
     * The metadata of a committed offset.
     *
     * @param watermark the newest watermark; 0 without one
     * @param from      the offset of the oldest record in the window
     */
    record Metadata(@JsonInclude(JsonInclude.Include.NON_DEFAULT) long watermark, long from) {
    }

    CommittedWindows(PartitionReader reader, ObjectMapper json) {
        this.reader = reader;
        this.json = json;
    }

    /** A window without records. */
    abstract W create(PolledPartition partition, Metadata metadata);

    /** Adds a record before the committed offset. */
    abstract void remember(ConsumerRecord<byte[], byte[]> record, W window);

    abstract Metadata metadata(W window, long nextOffset);

    /** Keeps the records before an offset, and forgets the others since the last commit. */
    abstract void commit(W window, long nextOffset);

    /** The window at the first offset of a partition's records. It stays with these until they are committed or fail. */
    W window(PolledPartition partition) {
        Committed<W> known = windows.remove(partition.source());
        W window = known != null && known.nextOffset() == partition.firstOffset() ? known.window() : rebuilt(partition);
        partition.setRemembered(new Remembered() {

            @Override
            public String metadata(long offset) {
                return text(CommittedWindows.this.metadata(window, offset));
            }

            @Override
            public void continueAt(long offset) {
                commit(window, offset);
                windows.put(partition.source(), new Committed<>(window, offset));
            }
        });
        return window;
    }

    /** Forgets the windows of a consumer group that was removed. */
    void forget(String groupId) {
        windows.keySet().removeIf(source -> source.groupId().equals(groupId));
    }

    private String text(Metadata metadata) {
        try {
            return json.writeValueAsString(metadata);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty when another program has written it, or there is none. */
    Optional<Metadata> metadata(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(json.readValue(text, Metadata.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The window at the committed offset, from the records that it remembers. */
    private W rebuilt(PolledPartition partition) {
        Metadata none = new Metadata(0, 0);
        OffsetAndMetadata committed = partition.committed();
        if (committed == null || committed.metadata().isEmpty()) {
            return create(partition, none);
        }
        Metadata metadata = metadata(committed.metadata()).orElse(null);
        if (metadata == null) {
            log.warn("The committed offset of {} has metadata of another program; duplicates of records before it are not recognised",
                    partition.partition());
            return create(partition, none);
        }
        if (partition.isReset() || committed.offset() > partition.endOffset()) {
            log.warn("The committed offset {} of {} belongs to another log than the records; duplicates of earlier records are not"
                    + " recognised", committed.offset(), partition.partition());
            return create(partition, none);
        }
        W window = create(partition, metadata);
        reader.read(partition.partition(), metadata.from(), committed.offset(), record -> {
            remember(record, window);
            return true;
        });
        commit(window, committed.offset());
        return window;
    }
}
