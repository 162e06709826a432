package dev.tidewatch.support;

import dev.tidewatch.audit.LogLines;
import dev.tidewatch.kafka.RecordOrigin;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes the lines of the audit trail without a route. */
public final class AuditLines {

    private AuditLines() {
    }

    /** Writes the line of an event. */
    public static void write(LogLines lines, Object event, RecordOrigin origin) {
        lines.event(LoggerFactory.getLogger(LogLines.AUDIT), Level.INFO, LogLines.kind(event), event, origin);
    }

    /** Writes the lines of a poll at once. */
    public static void write(LogLines lines, List<?> events, List<RecordOrigin> origins) {
        LogLines.together(() -> {
            for (int i = 0; i < events.size(); i++) {
                write(lines, events.get(i), origins.get(i));
            }
        });
    }
}
