package dev.tidewatch.audit;

import ch.qos.logback.classic.LoggerContext;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.camel.spi.UnitOfWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.springframework.stereotype.Component;

/** Writes the log lines of the audit trail. {@code log-line.schema.json} lists their fields, all at the top level of the JSON object. */
@Component("logLines")
public class LogLines {

    public static final String AUDIT = "dev.tidewatch.audit";

    private static final Logger log = LoggerFactory.getLogger(AUDIT);
    private static final ColumnMask NO_MASK = new ColumnMask(List.of());

    private final ColumnMask columnMask;
    private final boolean schemaStatements;

    public LogLines(ColumnMask columnMask, LogProperties settings) {
        this.columnMask = columnMask;
        this.schemaStatements = settings.schemaStatements();
    }

    /** Logs a user event at the API. Call after its transaction is committed. */
    public void login(@Variable("event") UserEvent event) {
        boolean isWarning = event.reason() != null || event.action() == UserEvent.Action.ACCOUNT_LOCKED;
        write(isWarning ? Level.WARN : Level.INFO, "User event at the API", field -> {
            field.accept("action", event.action().name());
            field.accept("userId", event.userId());
            field.accept("username", event.username());
            field.accept("ipAddress", event.ipAddress());
            field.accept("reason", name(event.reason()));
            field.accept("eventId", event.eventId());
        });
    }

    /**
     * Logs a consumed event with a logger and a message of its own.
     *
     * @throws IllegalArgumentException when it is not a user event, row change or schema change
     */
    public void event(Logger log, Level level, String message, Object event, RecordOrigin origin) {
        requireEvent(event);
        log.atLevel(level).addMarker(new LineFields(columnMask, field -> fields(event, origin, field))).log(message);
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
        requireEvent(event);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields(event instanceof RowChange change ? columnMask.mask(change) : event, origin, fields::put);
        return fields;
    }

    private static void requireEvent(Object event) {
        if (!(event instanceof UserEvent || event instanceof RowChange || event instanceof SchemaChange)) {
            throw new IllegalArgumentException("The audit trail logs user events, row changes and schema changes only");
        }
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
        write(Level.DEBUG, "Duplicate", fields::forEach);
    }

    /** Logs a record that goes to its dead-letter topic, with the cause. */
    public void deadLetter(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(Polls.RECORD) ConsumedRecord record) {
        RecordOrigin origin = record.origin();
        asRoute(record.routeId(), () -> write(Level.ERROR, "Record is a dead letter", field -> {
            field.accept("deadLetterTopic", Topics.deadLetterTopic(origin.topic()));
            field.accept("cause", FailureReason.of(failure));
            origin(origin, field);
        }));
    }

    private void fields(Object event, RecordOrigin origin, BiConsumer<String, Object> field) {
        if (event instanceof UserEvent user) {
            field.accept("source", "kafka-user-events");
            field.accept("event", user.action().name());
            field.accept("eventId", user.eventId());
            field.accept("userId", user.userId());
            field.accept("username", user.username());
            field.accept("ip", user.ipAddress());
            field.accept("reason", name(user.reason()));
        } else {
            field.accept("source", "TiDB-CDC");
            if (event instanceof RowChange change) {
                change.forEachField(field);
                field.accept("lagMillis", System.currentTimeMillis() - change.commitTime().toEpochMilli());
            } else if (event instanceof SchemaChange change) {
                change.fields(schemaStatements).forEach(field);
            }
        }
        origin(origin, field);
    }

    private static void origin(RecordOrigin origin, BiConsumer<String, Object> field) {
        field.accept("topic", origin.topic());
        field.accept("partition", origin.partition());
        field.accept("offset", origin.offset());
    }

    private static String name(Enum<?> value) {
        return value == null ? null : value.name();
    }

    private static void write(Level level, String message, Consumer<BiConsumer<String, Object>> fields) {
        log.atLevel(level).addMarker(new LineFields(NO_MASK, fields)).log(message);
    }

    /**
     * Writes lines in one write, and none of them if one cannot be encoded.
     *
     * @throws java.io.UncheckedIOException when stdout refuses the lines; then some of them may be out
     */
    public static void together(Runnable lines) {
        if (((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME)
                .getAppender(LineAppender.NAME) instanceof LineAppender stdout) {
            stdout.together(lines);
        } else {
            lines.run();
        }
    }

    /** Writes lines with the id of a route while the thread runs one of its Kamelets. */
    public static void asRoute(String routeId, Runnable lines) {
        String current = MDC.get(UnitOfWork.MDC_ROUTE_ID);
        MDC.put(UnitOfWork.MDC_ROUTE_ID, routeId);
        try {
            lines.run();
        } finally {
            MDC.put(UnitOfWork.MDC_ROUTE_ID, current);
        }
    }

    /** Writes a line with these fields. */
    public static void write(Logger log, Level level, String message, Map<String, Object> fields) {
        log.atLevel(level).addMarker(new LineFields(NO_MASK, fields::forEach)).log(message);
    }
}
