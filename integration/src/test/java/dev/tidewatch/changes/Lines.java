package dev.tidewatch.changes;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/**
 * Decodes messages into lines of JSON, and reads the golden files of such lines.
 *
 * <p>After a change of the format, {@code -Dchanges.golden=write} rewrites the golden files in {@code src/test/resources/changes}; review
 * the diff ({@code zdiff} for the compressed ones).
 */
final class Lines {

    private static final Path GOLDEN_SOURCES = Path.of("src", "test", "resources", "changes");

    private final CanalJsonDecoder decoder = new CanalJsonDecoder();
    private final ColumnMask mask;

    private Lines(ColumnMask mask) {
        this.mask = mask;
    }

    static Lines masked() {
        return new Lines(new ColumnMask());
    }

    static Lines unmasked() {
        return new Lines(new ColumnMask(List.of()));
    }

    /** The fields of a change with its statement, of a watermark, or the error. */
    String line(byte[] message) {
        try {
            return write(fields(decoder.decode(message)));
        } catch (UnreadableChangeException e) {
            return write(Map.of("error", e.getMessage()));
        }
    }

    String line(String message) {
        return line(message.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, Object> fields(ChangeMessage message) {
        if (message instanceof RowChange row) {
            return mask.mask(row).fields();
        }
        if (message instanceof SchemaChange schema) {
            return schema.fields(true);
        }
        Watermark watermark = (Watermark) message;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("watermarkTs", Long.toString(watermark.watermarkTs()));
        fields.put("time", watermark.time().toString());
        return fields;
    }

    static String write(Object value) {
        try {
            return RealMessages.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of a golden file; with {@code -Dchanges.golden=write}, writes the actual lines to it first. */
    static List<String> golden(String file, Supplier<List<String>> actual) {
        if (!"write".equals(System.getProperty("changes.golden"))) {
            return RealMessages.lines("/changes/" + file);
        }
        List<String> lines = actual.get();
        Path path = GOLDEN_SOURCES.resolve(file);
        try {
            Files.createDirectories(GOLDEN_SOURCES);
            try (OutputStream out = Files.newOutputStream(path);
                    OutputStream packed = file.endsWith(".gz") ? new GZIPOutputStream(out) : out) {
                packed.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }
}
