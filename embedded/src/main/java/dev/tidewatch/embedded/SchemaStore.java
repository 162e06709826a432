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

/** Keeps the statements that made the {@link SchemaCatalog}, one a line, so that a later run knows the same tables. */
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
                    LoggedStatement statement = MAPPER.readValue(line, LoggedStatement.class);
                    catalog.apply(statement);
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

    /** Writes what was added: only now are its messages safe, and a statement that is read again must count as new until then. */
    void flush() {
        if (pending.isEmpty()) {
            return;
        }
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
            throw new IllegalStateException("A statement cannot be written", e);
        }
    }
}
