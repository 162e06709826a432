package dev.tidewatch.outbox;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/** What the relay needs to know of the outbox. */
@Component("outbox")
public class Outbox {

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    private final AtomicBoolean failing = new AtomicBoolean();

    /** The ids of rows of {@code read-outbox.sql}. */
    public List<Object> ids(@Body List<Map<String, Object>> rows) {
        return rows.stream().map(row -> row.get("id")).toList();
    }

    /** Notes that a try failed; says so once, until one succeeds. */
    public void notPublished(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (failing.compareAndSet(false, true)) {
            log.warn("Events wait in the outbox, there is a try every second: {}",
                    NestedExceptionUtils.getMostSpecificCause(failure).getClass().getName());
        }
    }

    /** Notes that a try succeeded. */
    public void published() {
        if (failing.compareAndSet(true, false)) {
            log.info("Events leave the outbox again");
        }
    }
}
