package dev.tidewatch.logging;

import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.SchemaChange;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.Poll;
import dev.tidewatch.consumer.RecordOrigin;
import dev.tidewatch.events.DeadLetters;
import dev.tidewatch.events.UserEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Writes the lines of the audit trail; their fields are top-level fields of the JSON object, and stand in {@code log-line.schema.json}. */
@Component("logLines")
public class LogLines {

    private static final Logger log = LoggerFactory.getLogger("dev.tidewatch.audit");

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
        write(event.reason() == null ? Level.INFO : Level.WARN, "User event at the API", fields);
    }

    /** A user event consumed from its topic. */
    public void userEvent(@Body UserEvent event, @Variable("origin") RecordOrigin origin) {
        write(Level.INFO, "User event", fields(event, origin));
    }

    /** A row change consumed from the changefeed's topic. */
    public void rowChange(@Body RowChange change, @Variable("origin") RecordOrigin origin) {
        write(Level.INFO, "Row change", fields(change, origin));
    }

    /** A schema change consumed from the changefeed's topic; with its statement only when configured. */
    public void schemaChange(@Body SchemaChange change, @Variable("origin") RecordOrigin origin) {
        write(Level.INFO, "Schema change", fields(change, origin));
    }

    /** The records of a poll that have been handled before: the lines that they had then, at DEBUG and marked as duplicates. */
    public void duplicates(@Variable("poll") Poll poll) {
        if (log.isDebugEnabled()) {
            poll.records().stream().filter(ConsumedRecord::isDuplicate).forEach(this::duplicate);
        }
    }

    private void duplicate(ConsumedRecord record) {
        Map<String, Object> fields;
        if (record.event() instanceof UserEvent event) {
            fields = fields(event, record.origin());
        } else if (record.event() instanceof RowChange change) {
            fields = fields(columnMask.mask(change), record.origin());
        } else {
            fields = fields((SchemaChange) record.event(), record.origin());
        }
        fields.put("duplicate", true);
        write(Level.DEBUG, "Duplicate", fields);
    }

    /** A record that goes to its dead-letter topic, and why. */
    public void deadLetter(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure, @Variable("origin") RecordOrigin origin) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("deadLetterTopic", DeadLetters.topicOf(origin.topic()));
        fields.put("cause", DeadLetters.reason(failure));
        addOrigin(fields, origin);
        write(Level.ERROR, "Record cannot be read", fields);
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
        LoggingEventBuilder line = log.atLevel(level);
        fields.forEach(line::addKeyValue);
        line.log(message);
    }
}
