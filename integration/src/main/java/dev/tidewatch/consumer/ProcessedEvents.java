package dev.tidewatch.consumer;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** Recognises events by their id in the table {@code processed_events}. */
@Component("processedEvents")
public class ProcessedEvents {

    /**
     * The rows that remember the events of a poll. Of events with the same id all but the first are marked as duplicates; a record that
     * was replayed is handled whatever the table says, so it has no row.
     *
     * @return columns {@code consumer} and {@code eventId}
     */
    public List<Map<String, Object>> rows(@Variable("poll") Poll poll) {
        Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
        for (ConsumedRecord record : poll.records()) {
            if (record.event() instanceof Event event && !record.isReplayed() && !record.isDuplicate()
                    && rows.putIfAbsent(event.eventId(), Map.of("consumer", poll.groupId(), "eventId", event.eventId())) != null) {
                record.markDuplicate();
            }
        }
        return List.copyOf(rows.values());
    }

    /** Marks the events that are among the rows of {@code find-processed-events.sql} as duplicates. */
    public void markDuplicates(@Variable("poll") Poll poll, @Body List<Map<String, Object>> found) {
        Set<Object> known = new HashSet<>();
        found.forEach(row -> known.add(row.get("eventId")));
        for (ConsumedRecord record : poll.records()) {
            if (record.event() instanceof Event event && !record.isReplayed() && known.contains(event.eventId())) {
                record.markDuplicate();
            }
        }
    }

    /** The ids of rows. */
    public List<Object> ids(@Body List<Map<String, Object>> rows) {
        return rows.stream().map(row -> row.get("eventId")).toList();
    }
}
