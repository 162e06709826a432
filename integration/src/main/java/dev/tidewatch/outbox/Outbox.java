package dev.tidewatch.outbox;

import dev.tidewatch.database.DatabaseState;
import dev.tidewatch.database.Padding;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/** Supports the outbox relay. */
@Component("outbox")
public class Outbox {

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    private final DatabaseState databaseState;
    private final AtomicBoolean failing = new AtomicBoolean();
    private final ReadPosition position = new ReadPosition(Clock.systemUTC());

    Outbox(DatabaseState databaseState) {
        this.databaseState = databaseState;
    }

    /** The smallest id that the next read must find. */
    public String firstId() {
        return position.next();
    }

    /** Notes the rows that {@code read-outbox.sql} has found. */
    public void found(@Body List<Map<String, Object>> rows) {
        position.found(rows.isEmpty() ? null : (String) rows.get(0).get("eventId"));
    }

    /** Makes the next read find the events with the smallest ids. */
    public void startOver() {
        position.startOver();
    }

    /** The ids of the events in rows of {@code read-outbox.sql}, padded. */
    public List<Object> ids(@Body List<Map<String, Object>> rows) {
        return Padding.toPowerOfTwo(rows.stream().map(row -> row.get("eventId")).toList());
    }

    /** The keys of the events in rows of {@code read-outbox.sql}, padded. */
    public List<Object> keys(@Body List<Map<String, Object>> rows) {
        return Padding.toPowerOfTwo(rows.stream().map(row -> row.get("eventKey")).distinct().toList());
    }

    /** Records a failed attempt; logs the first failure after a success, unless the database is unavailable. */
    public void notPublished(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (databaseState.isUnrelatedTo(failure) && failing.compareAndSet(false, true)) {
            log.warn("Cannot publish events from the outbox; retrying every second: {}",
                    NestedExceptionUtils.getMostSpecificCause(failure).getClass().getName());
        }
    }

    /** Records a successful attempt; logs the first one after a failure. */
    public void published() {
        if (failing.compareAndSet(true, false)) {
            log.info("Publishing events from the outbox again");
        }
    }
}
