package dev.tidewatch.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** A recording of TiCDC v7.3.0 and the statements that produced it. */
final class Recording {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Recording() {
    }

    /** Row and DDL messages in the order of each partition, without the duplicates that TiCDC sent after a SIGKILL. */
    static List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String line : lines("/recordings/canal-json-tidb-extension.jsonl.gz")) {
            Message message = message(line);
            if (!message.isWatermark() && seen.add(message.identity())) {
                messages.add(message);
            }
        }
        return messages;
    }

    private static Message message(String line) {
        try {
            JsonNode record = MAPPER.readTree(line);
            String key = record.get("key").isNull() ? null : record.get("key").asText();
            return new Message(record.get("partition").asInt(), record.get("offset").asLong(), key, record.get("headers").size(),
                MAPPER.readTree(record.get("value").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The statements that TiDB executed successfully, in order. */
    static List<String> statements() {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        boolean failed = false;
        for (String line : lines("/recordings/statements.sql.gz")) {
            if (statement.isEmpty() && (line.startsWith("--") || line.isBlank())) {
                failed = line.contains("ERROR=");
                continue;
            }
            statement.append(statement.isEmpty() ? "" : "\n").append(line.replaceFirst("^(COMMIT|ROLLBACK); -- .*", "$1;"));
            if (statement.charAt(statement.length() - 1) == ';') {
                if (!failed) {
                    statements.add(statement.substring(0, statement.length() - 1));
                }
                statement.setLength(0);
                failed = false;
            }
        }
        return statements;
    }

    private static List<String> lines(String resource) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
            new GZIPInputStream(Recording.class.getResourceAsStream(resource)), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
