package dev.tidewatch.kamelets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.Event;
import dev.tidewatch.audit.LogLines;
import dev.tidewatch.audit.LogProperties;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.Polls;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.outbox.UserEvent;
import dev.tidewatch.support.CapturedLog;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;

class EventLogTest {

    private final CapturedLog log = CapturedLog.open();

    @Test
    void bug09ReplacesUnpairedSurrogatesOfAnyBody() {
        write(Map.of("a\uD83D", List.of(Map.of("b", "half \uD83D"), "\uDC00", "\uD83D\uDD12")), "message \uD83D");
        write("text \uDC00", "");

        assertThat(log.texts().get(0)).contains("\"a\uFFFD\":[{\"b\":\"half \uFFFD\"},\"\uFFFD\",\"\\uD83D\\uDD12\"]")
                .contains("\"message\":\"message \uFFFD\"");
        assertThat(log.texts().get(1)).contains("\"body\":\"text \uFFFD\"");
    }

    @Test
    void writesALineForEachEventOfAPoll() {
        List<Event> events = List.of(user("kim"), user("lee"));
        List<ConsumedRecord> records = List.of(record(events.get(0), 4), record(events.get(1), 5));

        poll(events, records, "dev.tidewatch.audit");

        assertThat(log.lines(any -> true)).satisfiesExactly(
                line -> assertThat(line.toString()).contains("\"routeId\":\"log-user-events\"", "\"message\":\"User event\"",
                        "\"username\":\"kim\"", "\"offset\":4"),
                line -> assertThat(line.toString()).contains("\"username\":\"lee\"", "\"offset\":5"));
    }

    @Test
    void writesALineForEachBodyOfAPoll() {
        List<ConsumedRecord> records = List.of(record(user("kim"), 4), record(user("lee"), 5));

        poll(List.of(Map.of("level", 1, "token", "hidden"), user("lee")), records, "dev.tidewatch.routes");

        assertThat(log.lines(any -> true)).satisfiesExactly(
                line -> assertThat(line.toString()).contains("\"level_\":1", "\"token\":\"***\"", "\"offset\":4"),
                line -> assertThat(line.toString()).contains("\"username\":\"lee\"", "\"offset\":5"));
    }

    @Test
    void writesEventsThatARouteHasSplitInTheSameWayWhateverTheirNumber() {
        ConsumedRecord kim = record(user("kim"), 4);

        write(user("kim"), kim, List.of(kim));
        write(user("kim"), null, List.of(kim, record(user("lee"), 5)));

        assertThat(log.lines(any -> true)).hasSize(2).allSatisfy(
                line -> assertThat(line.toString()).contains("\"routeId\":\"log-user-events\"", "\"ipAddress\":\"127.0.0.1\"")
                        .doesNotContain("offset"));
    }

    @Test
    void auditTrailAcceptsEventsOnly() {
        List<ConsumedRecord> records = List.of(record(user("kim"), 4), record(user("lee"), 5));

        assertThatThrownBy(() -> poll(List.of(user("kim"), "text"), records, "dev.tidewatch.audit"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> poll(List.of(user("kim")), records, "dev.tidewatch.audit"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void write(Object body, ConsumedRecord record, List<ConsumedRecord> records) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(body);
        ColumnMask mask = new ColumnMask();
        new EventLog(new LogLines(mask, new LogProperties(false)), mask, Jackson2ObjectMapperBuilder.json().build(), "route", "INFO",
                "dev.tidewatch.routes").write(exchange, "", record, records);
    }

    private static void poll(Object body, List<ConsumedRecord> records, String logger) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(body);
        exchange.setProperty(Polls.RECORDS, records);
        ColumnMask mask = new ColumnMask();
        new EventLog(new LogLines(mask, new LogProperties(false)), mask, new ObjectMapper(), "route", "INFO", logger)
                .write(exchange, "", null, records);
    }

    private static UserEvent user(String name) {
        return new UserEvent("01a1fd52", Instant.EPOCH, UserEvent.Action.LOGOUT, 1L, name, "127.0.0.1", null, null);
    }

    private static ConsumedRecord record(Event event, long offset) {
        return ConsumedRecord.of(event, new RecordOrigin("user-events", 0, offset), "log-user-events");
    }

    private static void write(Object body, String message) {
        ColumnMask mask = new ColumnMask();
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(body);
        new EventLog(null, mask, new ObjectMapper(), "route", "INFO", "dev.tidewatch.routes").write(exchange, message, null, null);
    }

    @AfterEach
    void close() {
        log.close();
    }
}
