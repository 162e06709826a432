package dev.tidewatch.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Real messages of TiCDC from the changefeed module: published samples and recordings of a live cluster. */
public final class RealMessages {

    static final List<String> CANAL_JSON_CORPORA = List.of(
            "cdcfresh-live-ticdc-v8.5.7",
            "pingcap-docs-canal-json",
            "ticdc-consistency-checker-decoder-test",
            "tiflow-canal-json-txn-decoder-test");

    static final List<String> RECORDINGS = List.of(
            "canal-json-tidb-extension",
            "canal-json-tidb-extension-index-value");

    static final ObjectMapper MAPPER = new ObjectMapper();

    private RealMessages() {
    }

    /** One record of a recording. */
    public record Recorded(int partition, long offset, byte[] value) {
    }

    /** The values of all samples and recordings in canal-json. */
    public static Stream<byte[]> canalJson() {
        return Stream.concat(
                CANAL_JSON_CORPORA.stream().flatMap(name -> corpus(name).stream()).map(message -> message.getBytes(StandardCharsets.UTF_8)),
                RECORDINGS.stream().flatMap(name -> recording(name).stream()).map(Recorded::value));
    }

    static List<String> corpus(String name) {
        return lines("/corpus/" + name + ".jsonl");
    }

    public static List<Recorded> recording(String name) {
        return lines("/recordings/" + name + ".jsonl.gz").stream().map(RealMessages::recorded).toList();
    }

    private static Recorded recorded(String line) {
        JsonNode record = tree(line);
        String value = record.get("value").textValue();
        byte[] bytes = "base64".equals(record.get("value_encoding").textValue())
                ? Base64.getDecoder().decode(value)
                : value.getBytes(StandardCharsets.UTF_8);
        return new Recorded(record.get("partition").intValue(), record.get("offset").longValue(), bytes);
    }

    public static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> lines(String resource) {
        try (InputStream in = Objects.requireNonNull(RealMessages.class.getResourceAsStream(resource), resource);
                InputStream plain = resource.endsWith(".gz") ? new GZIPInputStream(in) : in;
                BufferedReader reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
