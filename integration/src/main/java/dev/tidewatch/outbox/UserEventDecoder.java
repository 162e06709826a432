package dev.tidewatch.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.tidewatch.consumer.RecordDecoder;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.springframework.stereotype.Component;

/** Decodes the records of the topic {@code user-events}. */
@Component("userEventDecoder")
public class UserEventDecoder implements RecordDecoder {

    /** Fits the column {@code processed_events.event_id}; a CHAR ignores trailing spaces. */
    private static final Pattern EVENT_ID = Pattern.compile("[!-~]{1,36}");

    private final ObjectReader reader;

    UserEventDecoder(ObjectMapper json) {
        reader = json.readerFor(UserEvent.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /**
     * Decodes the value of a record.
     *
     * @throws UnreadableEventException if it is not a user event
     */
    @Override
    public UserEvent decode(@Body byte[] value) throws UnreadableEventException {
        if (value == null || value.length == 0) {
            throw new UnreadableEventException(value == null ? "tombstone (null value)" : "empty value", null);
        }
        try {
            UserEvent event = reader.readValue(value);
            if (event == null || event.eventId() == null || event.action() == null || event.timestamp() == null) {
                throw new UnreadableEventException("eventId, action or timestamp is missing", null);
            }
            if (!EVENT_ID.matcher(event.eventId()).matches()) {
                throw new UnreadableEventException("eventId is not 1 to 36 printable ASCII characters without spaces", null);
            }
            return event.wellFormed();
        } catch (JsonProcessingException e) {
            // Some failures have no location, such as a number outside the range of an instant.
            String location = e.getLocation() == null ? "" : " (line %d, column %d)"
                    .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
            throw new UnreadableEventException("not a user event in JSON" + location, e);
        } catch (IOException | RuntimeException e) {
            throw new UnreadableEventException("not a user event in JSON", e);
        }
    }
}
