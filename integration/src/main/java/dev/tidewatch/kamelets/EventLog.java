package dev.tidewatch.kamelets;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.Event;
import dev.tidewatch.Unicode;
import dev.tidewatch.audit.LogLines;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.Polls;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes the log lines of one use of the Kamelet {@code log-event-sink}. */
public final class EventLog {

    private static final String ROUTES = "dev.tidewatch.routes";
    /** Fields of every line. A field of an event with one of these names is renamed. */
    private static final Set<String> RESERVED =
            Set.of("timestamp", "level", "message", "logger", "service", "routeId", "stackTrace", "tags");

    private final LogLines lines;
    private final ColumnMask mask;
    private final ObjectMapper json;
    private final String routeId;
    private final Level level;
    private final Logger log;

    /**
     * @param routeId the route to log for, if the exchange has no record
     * @param level   an SLF4J level
     * @param logger  {@code dev.tidewatch.routes} or {@code dev.tidewatch.audit}
     * @throws IllegalArgumentException when the level or the logger is unknown
     */
    public EventLog(LogLines lines, ColumnMask mask, ObjectMapper json, String routeId, String level, String logger) {
        if (!logger.equals(ROUTES) && !logger.equals(LogLines.AUDIT)) {
            throw new IllegalArgumentException("logger must be " + ROUTES + " or " + LogLines.AUDIT + ", not " + logger);
        }
        this.lines = lines;
        this.mask = mask;
        this.json = json;
        this.routeId = routeId;
        this.level = Level.valueOf(level.toUpperCase(Locale.ROOT));
        this.log = LoggerFactory.getLogger(logger);
    }

    /**
     * Writes the line of an exchange, or a line for each event of a poll: all of them in one write, or none.
     *
     * @param message the message of the line; when null or empty, the kind of event
     * @param records those of a poll, if the body is the list of their events
     * @throws IllegalArgumentException     when the logger is that of the audit trail, and a body is not an event from a source
     * @throws java.io.UncheckedIOException when stdout refuses the lines; then some of them may be out
     */
    public void write(Exchange exchange, @ExchangeProperty("tidewatch.message") String message,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record, @ExchangeProperty(Polls.RECORDS) List<ConsumedRecord> records) {
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        Object body = exchange.getMessage().getBody();
        boolean isPoll = records != null && body instanceof List<?> list && list.size() == records.size();
        List<?> bodies = isPoll ? (List<?>) body : Collections.singletonList(body);
        // A route with batch may split its list. Only a list of one has a record, and all lines are to have the same fields.
        List<ConsumedRecord> origins = isPoll ? records : Collections.singletonList(records == null ? record : null);
        ConsumedRecord first = records == null ? record : records.get(0);
        String text = message == null || message.isEmpty() ? null : Unicode.wellFormed(message);
        LogLines.asRoute(first != null ? first.routeId() : routeId, () -> LogLines.together(() -> {
            for (int i = 0; i < bodies.size(); i++) {
                write(exchange, bodies.get(i), text, origins.get(i));
            }
        }));
    }

    private void write(Exchange exchange, Object body, String message, ConsumedRecord record) {
        String text = message == null ? LogLines.kind(body) : message;
        if (record != null && body instanceof Event) {
            lines.event(log, level, text, body, record.origin());
        } else if (log.getName().equals(LogLines.AUDIT)) {
            throw new IllegalArgumentException("The audit trail accepts only events from a source");
        } else {
            LogLines.write(log, level, text, fields(exchange, body, record));
        }
    }

    private Map<String, Object> fields(Exchange exchange, Object body, ConsumedRecord record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Object value = Unicode.wellFormedJson(body instanceof byte[] || body instanceof InputStream
                ? exchange.getContext().getTypeConverter().convertTo(String.class, exchange, body)
                : json.convertValue(body, Object.class));
        if (value instanceof Map<?, ?> map) {
            mask.mask(map).forEach((key, field) -> {
                String name = String.valueOf(key);
                fields.put(RESERVED.contains(name) ? name + "_" : name, field);
            });
        } else if (value != null) {
            fields.put("body", value);
        }
        if (record != null) {
            fields.putIfAbsent("topic", record.origin().topic());
            fields.putIfAbsent("partition", record.origin().partition());
            fields.putIfAbsent("offset", record.origin().offset());
        }
        return fields;
    }
}
