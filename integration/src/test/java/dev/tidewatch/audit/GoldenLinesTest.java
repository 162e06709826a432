package dev.tidewatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.support.LogLineSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of TiCDC's real messages fit the schema too. */
class GoldenLinesTest {

    private final ObjectMapper json = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {
        "canal-json-tidb-extension.lines.jsonl.gz", "canal-json-tidb-extension-index-value.lines.jsonl.gz",
        "cdcfresh-live-ticdc-v8.5.7.lines.jsonl", "pingcap-docs-canal-json.lines.jsonl",
        "ticdc-consistency-checker-decoder-test.lines.jsonl", "tiflow-canal-json-txn-decoder-test.lines.jsonl"})
    void everyGoldenLineFits(String file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String golden : read(file)) {
            ObjectNode fields = (ObjectNode) json.readTree(golden);
            if (fields.has("operation")) {
                ObjectNode line = json.createObjectNode().put("timestamp", "2026-11-21T08:57:17.250Z").put("level", "INFO")
                        .put("message", "Row change").put("logger", "dev.tidewatch.audit").put("service", "tidewatch")
                        .put("routeId", "log-database-changes").put("source", "TiDB-CDC")
                        .put("topic", "tidb-cdc-events").put("partition", 0).put("offset", 1);
                if (!fields.path("operation").asText().equals("DDL")) {
                    line.put("lagMillis", 5);
                }
                lines.add(line.setAll(fields).toString());
            }
        }

        assertThat(lines).isNotEmpty();
        new LogLineSchema().check(lines);
    }

    private List<String> read(String file) throws IOException {
        try (InputStream stream = getClass().getResourceAsStream("/changes/" + file);
                InputStream plain = file.endsWith(".gz") ? new GZIPInputStream(stream) : stream) {
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8)).lines().toList();
        }
    }
}
