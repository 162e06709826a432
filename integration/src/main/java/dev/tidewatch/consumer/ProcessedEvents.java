package dev.tidewatch.consumer;

import dev.tidewatch.database.Padding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Recognises duplicate events by their ids in the table {@code processed_events}. */
@Component("processedEvents")
public class ProcessedEvents {

    /**
     * The ids to look up, padded, without those of replayed records. Marks all but the first of the events with the same id as duplicates.
     */
    public List<String> idsToLookUp(@Variable("poll") Poll poll) {
        Set<String> known = new LinkedHashSet<>();
        for (ConsumedRecord record : poll.records()) {
            if (isRemembered(record) && !known.add(record.eventId())) {
                record.markDuplicate();
            }
        }
        return Padding.toPowerOfTwo(List.copyOf(known));
    }

    /** Marks the events in the rows of {@code find-processed-events.sql} as duplicates. */
    public void markDuplicates(@Variable("poll") Poll poll, @Body List<Map<String, Object>> found) {
        Set<Object> known = new HashSet<>();
        found.forEach(row -> known.add(row.get("eventId")));
        for (ConsumedRecord record : poll.records()) {
            if (isRemembered(record) && known.contains(record.eventId())) {
                record.markDuplicate();
            }
        }
    }

    /**
     * The rows to insert for the handled events of a poll without duplicates, padded: the driver combines them into one statement.
     *
     * @return columns {@code consumer} and {@code eventId}
     */
    public List<Map<String, Object>> newRows(@Variable("poll") Poll poll) {
        List<Map<String, Object>> rows = new ArrayList<>(poll.records().size());
        for (ConsumedRecord record : poll.records()) {
            if (isStored(record)) {
                rows.add(Map.of("consumer", poll.groupId(), "eventId", record.eventId()));
            }
        }
        return Padding.toPowerOfTwo(rows);
    }

    static boolean isStored(ConsumedRecord record) {
        return record.isDone() && isRemembered(record);
    }

    private static boolean isRemembered(ConsumedRecord record) {
        return record.eventId() != null && !record.isReplayed();
    }
}
