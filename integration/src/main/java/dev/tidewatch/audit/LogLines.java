package dev.tidewatch.audit;

import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.SchemaChange;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.Poll;
import dev.tidewatch.consumer.Polls;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.deadletters.DeadLetterPublisher;
import dev.tidewatch.outbox.UserEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Writes the lines of the audit trail; their fields are top-level fields of the JSON object, and stand in {@code log-line.schema.json}. */
@Component("logLines")
public class LogLines {

    /** Where Camel keeps the id of the route that the thread is in. */
    private static final String ROUTE_ID = "camel.routeId";
    public static final String AUDIT = "dev.tidewatch.audit";

    private static final Logger log = LoggerFactory.getLogger(AUDIT);

    private final ColumnMask columnMask;
    private final boolean schemaStatements;
    private final Clock clock = Clock.systemUTC();

    LogLines(ColumnMask columnMask, @Value("${tidewatch.log.schema-statements}") boolean schemaStatements) {
        this.columnMask = columnMask;
        this.schemaStatements = schemaStatements;
    }

    /** A user event at the API, when its transaction is committed. */
    public void login(@Variable("event") UserEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("action", event.action());
        fields.put("userId", event.userId());
        fields.put("username", event.username());
        fields.put("ipAddress", event.ipAddress());
        fields.put("reason", event.reason());
        fields.put("eventId", event.eventId());
        boolean isWarning = event.reason() != null || event.action() == UserEvent.Action.ACCOUNT_LOCKED;
        write(isWarning ? Level.WARN : Level.INFO, "User event at the API", fields);
    }

    /**
     * The line of an event that a source gave.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public void event(Object event, RecordOrigin origin) {
        write(Level.INFO, kind(event), fields(event, origin));
    }

    public static String kind(Object event) {
        return event instanceof UserEvent ? "User event"
                : event instanceof RowChange ? "Row change"
                : event instanceof SchemaChange ? "Schema change" : "Event";
    }

    /**
     * The fields of the line that the audit trail has for an event; secret columns are masked.
     *
     * @return a new map, the caller's to add to
     * @throws IllegalArgumentException when it is none that a source gave
     */
    public Map<String, Object> fields(Object event, RecordOrigin origin) {
        if (event instanceof UserEvent userEvent) {
            return fields(userEvent, origin);
        } else if (event instanceof RowChange change) {
            return fields(columnMask.mask(change), origin);
        } else if (event instanceof SchemaChange change) {
            return fields(change, origin);
        }
        throw new IllegalArgumentException("The audit trail takes events as a source gives them");
    }

    /** The records of a poll that have been handled before: the lines that they had then, at DEBUG and marked as duplicates. */
    public void duplicates(@Variable("poll") Poll poll, @Variable("routeId") String routeId) {
        if (log.isDebugEnabled()) {
            asRoute(routeId, () -> poll.records().stream().filter(ConsumedRecord::isDuplicate).forEach(this::duplicate));
        }
    }

    private void duplicate(ConsumedRecord record) {
        Map<String, Object> fields = fields(record.event(), record.origin());
        fields.put("duplicate", true);
        write(Level.DEBUG, "Duplicate", fields);
    }

    /** A record that goes to its dead-letter topic, and why. */
    public void deadLetter(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record) {
        RecordOrigin origin = record.origin();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("deadLetterTopic", DeadLetterPublisher.topicOf(origin.topic()));
        fields.put("cause", DeadLetterPublisher.reason(failure));
        addOrigin(fields, origin);
        asRoute(record.routeId(), () -> write(Level.ERROR, "Record is a dead letter", fields));
    }

    private static Map<String, Object> fields(UserEvent event, RecordOrigin origin) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("source", "kafka-user-events");
        fields.put("event", event.action());
        fields.put("eventId", event.eventId());
        fields.put("userId", event.userId());
        fields.put("username", event.username());
        fields.put("ip", event.ipAddress());
        fields.put("reason", event.reason());
        addOrigin(fields, origin);
        return fields;
    }

    private Map<String, Object> fields(RowChange change, RecordOrigin origin) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("source", "TiDB-CDC");
        fields.putAll(change.fields());
        fields.put("lagMillis", Duration.between(change.commitTime(), clock.instant()).toMillis());
        addOrigin(fields, origin);
        return fields;
    }

    private Map<String, Object> fields(SchemaChange change, RecordOrigin origin) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("source", "TiDB-CDC");
        fields.putAll(change.fields(schemaStatements));
        addOrigin(fields, origin);
        return fields;
    }

    private static void addOrigin(Map<String, Object> fields, RecordOrigin origin) {
        fields.put("topic", origin.topic());
        fields.put("partition", origin.partition());
        fields.put("offset", origin.offset());
    }

    private static void write(Level level, String message, Map<String, Object> fields) {
        write(log, level, message, fields);
    }

    /** Writes lines in the name of a route, while the thread is in one of its building blocks. */
    public static void asRoute(String routeId, Runnable lines) {
        String block = MDC.get(ROUTE_ID);
        MDC.put(ROUTE_ID, routeId);
        try {
            lines.run();
        } finally {
            MDC.put(ROUTE_ID, block);
        }
    }

    public static void write(Logger log, Level level, String message, Map<String, Object> fields) {
        LoggingEventBuilder line = log.atLevel(level);
        fields.forEach(line::addKeyValue);
        line.log(message);
    }
}
