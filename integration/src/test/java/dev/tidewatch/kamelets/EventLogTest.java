package dev.tidewatch.kamelets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.support.CapturedLog;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class EventLogTest {

    @Test
    void bug09ReplacesUnpairedSurrogatesOfAnyBody() {
        CapturedLog log = CapturedLog.open();
        try {
            write(Map.of("a\uD83D", List.of(Map.of("b", "half \uD83D"), "\uDC00", "\uD83D\uDD12")), "message \uD83D");
            write("text \uDC00", "");
        } finally {
            log.close();
        }

        assertThat(log.texts().get(0)).contains("\"a\uFFFD\":[{\"b\":\"half \uFFFD\"},\"\uFFFD\",\"\\uD83D\\uDD12\"]")
                .contains("\"message\":\"message \uFFFD\"");
        assertThat(log.texts().get(1)).contains("\"body\":\"text \uFFFD\"");
    }

    private static void write(Object body, String message) {
        ColumnMask mask = new ColumnMask();
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(body);
        new EventLog(null, mask, new ObjectMapper(), "route", "INFO", "dev.tidewatch.routes").write(exchange, message, null);
    }
}
