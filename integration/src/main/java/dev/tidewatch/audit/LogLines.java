package dev.tidewatch.audit;

import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.SchemaChange;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.FailureReason;
import dev.tidewatch.consumer.Poll;
import dev.tidewatch.consumer.Polls;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.kafka.Topics;
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
import org.springframework.stereotype.Component;

/** Writes the log lines of the audit trail. {@code log-line.schema.json} lists their fields, all at the top level of the JSON object. */
@Component("logLines")
public class LogLines {

    /** The MDC key of the route that Camel runs on this thread. */
    private static final String ROUTE_ID = "camel.routeId";
    public static final String AUDIT = "dev.tidewatch.audit";

    private static final Logger log = LoggerFactory.getLogger(AUDIT);

    private final ColumnMask columnMask;
    private final boolean schemaStatements;
    private final Clock clock = Clock.systemUTC();

    LogLines(ColumnMask columnMask, LogProperties settings) {
        this.columnMask = columnMask;
        this.schemaStatements = settings.schemaStatements();
    }

    /** Logs a user event at the API. Call after its transaction is committed. */
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
     * Logs a consumed event.
     *
     * @throws IllegalArgumentException when it is not a user event, row change or schema change
     */
    public void event(Object event, RecordOrigin origin) {
        write(Level.INFO, kind(event), fields(event, origin));
    }

    /** The message of the line. */
    public static String kind(Object event) {
        return event instanceof UserEvent ? "User event"
                : event instanceof RowChange ? "Row change"
                : event instanceof SchemaChange ? "Schema change" : "Event";
    }

    /**
     * The fields of an event's line, with secret columns masked.
     *
     * @return a new, modifiable map
     * @throws IllegalArgumentException when it is not a user event, row change or schema change
     */
    public Map<String, Object> fields(Object event, RecordOrigin origin) {
        if (event instanceof UserEvent userEvent) {
            return fields(userEvent, origin);
        } else if (event instanceof RowChange change) {
            return fields(columnMask.mask(change), origin);
        } else if (event instanceof SchemaChange change) {
            return fields(change, origin);
        }
        throw new IllegalArgumentException("The audit trail logs user events, row changes and schema changes only");
    }

    /** Logs the duplicates of a poll at DEBUG: the same lines as before, marked as duplicates. */
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

    /** Logs a record that goes to its dead-letter topic, with the cause. */
    public void deadLetter(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record) {
        RecordOrigin origin = record.origin();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("deadLetterTopic", Topics.deadLetterTopic(origin.topic()));
        fields.put("cause", FailureReason.of(failure));
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

    /** Writes lines with the id of a route while the thread runs one of its Kamelets. */
    public static void asRoute(String routeId, Runnable lines) {
        String current = MDC.get(ROUTE_ID);
        MDC.put(ROUTE_ID, routeId);
        try {
            lines.run();
        } finally {
            MDC.put(ROUTE_ID, current);
        }
    }

    public static void write(Logger log, Level level, String message, Map<String, Object> fields) {
        LoggingEventBuilder line = log.atLevel(level);
        fields.forEach(line::addKeyValue);
        line.log(message);
    }
}
