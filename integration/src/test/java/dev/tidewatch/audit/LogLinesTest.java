package dev.tidewatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.changes.CanalJsonDecoder;
import dev.tidewatch.changes.ChangeMessage;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.changes.RealMessages;
import dev.tidewatch.changes.Watermark;
import dev.tidewatch.kafka.RecordOrigin;
import dev.tidewatch.support.LogLineSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LogLinesTest {

    private static final RecordOrigin ORIGIN = new RecordOrigin("tidb-cdc-events", 0, 1);

    private final ObjectMapper json = new ObjectMapper();
    private final LogLines lines = new LogLines(new ColumnMask(), new LogProperties(true));

    @Test
    void linesOfRealChangesFitTheSchema() throws Exception {
        CanalJsonDecoder decoder = new CanalJsonDecoder();
        List<String> written = new ArrayList<>();
        for (byte[] message : RealMessages.canalJson().toList()) {
            ChangeMessage change = decoder.decode(message);
            if (!(change instanceof Watermark)) {
                written.add(line(change));
            }
        }

        assertThat(written).hasSizeGreaterThan(2000);
        new LogLineSchema().check(written);
    }

    private String line(ChangeMessage change) throws Exception {
        Map<String, Object> line = new TreeMap<>(lines.fields(change, ORIGIN));
        line.putAll(Map.of("timestamp", "2026-11-21T08:57:17.250Z", "level", "INFO", "message", LogLines.kind(change),
                "logger", LogLines.AUDIT, "service", "tidewatch", "routeId", "log-database-changes"));
        return json.writeValueAsString(line);
    }
}
