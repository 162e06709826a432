package dev.tidewatch.consumer;

import dev.tidewatch.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
     * The ids to ask the table for. Of events with the same id all but the first are marked as duplicates; a record that was replayed is
     * handled whatever the table says. The last id is repeated until there are 1, 2, 4, 8 and so on, because each number of them is a
     * statement of its own, which the database prepares and keeps.
     */
    public List<String> ids(@Variable("poll") Poll poll) {
        Set<String> known = new LinkedHashSet<>();
        for (ConsumedRecord record : poll.records()) {
            if (isRemembered(record) && !known.add(((Event) record.event()).eventId())) {
                record.markDuplicate();
            }
        }
        List<String> ids = new ArrayList<>(known);
        while (Integer.bitCount(ids.size()) > 1) {
            ids.add(ids.get(ids.size() - 1));
        }
        return ids;
    }

    /** Marks the events that are among the rows of {@code find-processed-events.sql} as duplicates. */
    public void markDuplicates(@Variable("poll") Poll poll, @Body List<Map<String, Object>> found) {
        Set<Object> known = new HashSet<>();
        found.forEach(row -> known.add(row.get("eventId")));
        for (ConsumedRecord record : poll.records()) {
            if (isRemembered(record) && known.contains(((Event) record.event()).eventId())) {
                record.markDuplicate();
            }
        }
    }

    /**
     * The rows that remember the events of a poll.
     *
     * @return columns {@code consumer} and {@code eventId}
     */
    public List<Map<String, Object>> rows(@Variable("poll") Poll poll) {
        List<Map<String, Object>> rows = new ArrayList<>(poll.records().size());
        for (ConsumedRecord record : poll.records()) {
            if (isRemembered(record) && !record.isDuplicate()) {
                rows.add(Map.of("consumer", poll.groupId(), "eventId", ((Event) record.event()).eventId()));
            }
        }
        return rows;
    }

    private static boolean isRemembered(ConsumedRecord record) {
        return record.event() instanceof Event && !record.isReplayed();
    }
}
