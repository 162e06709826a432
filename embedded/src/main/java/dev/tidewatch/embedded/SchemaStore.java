package dev.tidewatch.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.embedded.BinlogQueries.LoggedStatement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Stores the statements of the {@link SchemaCatalog} in a file, one per line, for the next run. */
final class SchemaStore {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;
    private final List<LoggedStatement> pending = new ArrayList<>();

    SchemaStore(Path file) {
        this.file = file;
    }

    SchemaCatalog load() {
        SchemaCatalog catalog = new SchemaCatalog();
        try {
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    catalog.apply(MAPPER.readValue(line, LoggedStatement.class));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
        return catalog;
    }

    void add(LoggedStatement statement) {
        pending.add(statement);
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    /** Writes the added statements. Call this after Kafka has acknowledged their messages: a statement in the file is not sent again. */
    void flush() {
        try {
            Files.write(file, pending.stream().map(SchemaStore::line).toList(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            pending.clear();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    private static String line(LoggedStatement statement) {
        try {
            return MAPPER.writeValueAsString(statement);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write a statement as JSON", e);
        }
    }
}
