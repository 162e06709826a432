package dev.tidewatch.embedded;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.Offsets;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Debezium's engine, reading the binlog of one MariaDB from where it stopped last. */
final class BinlogReader implements Runnable, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BinlogReader.class);

    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private final TransactionAssembler assembler;
    private final FeedWriter writer;
    private final SchemaStore store;
    private final Runnable positioned;
    private volatile Throwable failure;

    BinlogReader(int port, Path directory, TransactionAssembler assembler, FeedWriter writer, SchemaStore store,
                 Runnable positioned) {
        this.assembler = assembler;
        this.writer = writer;
        this.store = store;
        this.positioned = positioned;
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties(port, directory))
            .using(this::ended)
            .notifying(this::handle)
            .build();
    }

    /** Reads until {@link #close()} or until database, broker or the reader itself fail. */
    @Override
    public void run() {
        engine.run();
        if (failure != null) {
            throw new IllegalStateException("The binlog cannot be read on", failure);
        }
    }

    private void ended(boolean success, String message, Throwable error) {
        if (!success && failure == null) {
            failure = error == null ? new IllegalStateException(message) : error;
        }
    }

    /** Ends it with an error. An engine that is still starting does not let itself be ended: then this is to be called again. */
    void fail(Throwable cause) {
        failure = cause;
        try {
            close();
        } catch (IOException | IllegalStateException e) {
            log.debug("Debezium does not end yet, or has ended", e);
        }
    }

    private void handle(List<RecordChangeEvent<SourceRecord>> records, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
        throws InterruptedException {
        try {
            for (RecordChangeEvent<SourceRecord> event : records) {
                assembler.accept(event.record());
                writer.passed(Gtid.sequence((String) event.record().sourceOffset().get("gtids")));
            }
            assembler.pause();
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException("The binlog cannot be asked", e);
        }
        long safe = writer.awaitAcknowledged();
        store.flush();
        if (!records.isEmpty()) {
            commit(records.get(records.size() - 1), safe, committer);
        }
        committer.markBatchFinished();
        positioned.run();
    }

    /** Debezium's own offset may lie inside a transaction; this one says: everything up to a transaction, and nothing of the next. */
    private static void commit(RecordChangeEvent<SourceRecord> last, long safe, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
        throws InterruptedException {
        Map<String, ?> source = last.record().sourceOffset();
        Offsets offsets = committer.buildOffsets();
        offsets.set("file", source.get("file"));
        offsets.set("pos", source.get("pos"));
        offsets.set("gtids", "0-1-" + safe);
        committer.markProcessed(last, offsets);
    }

    private static Properties properties(int port, Path directory) {
        Map<String, String> settings = new HashMap<>();
        settings.put("name", "tidewatch");
        settings.put("topic.prefix", "tidewatch");
        settings.put("connector.class", "io.debezium.connector.mariadb.MariaDbConnector");
        settings.put("database.hostname", "127.0.0.1");
        settings.put("database.port", Integer.toString(port));
        settings.put("database.user", EmbeddedDatabase.REPLICATION_USER);
        settings.put("database.password", EmbeddedDatabase.REPLICATION_PASSWORD);
        settings.put("database.ssl.mode", "disable");
        settings.put("database.server.id", "5400");
        settings.put("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        settings.put("offset.storage.file.filename", directory.resolve(EmbeddedChangefeed.OFFSETS).toString());
        settings.put("offset.flush.interval.ms", "0");
        settings.put("schema.history.internal", "io.debezium.storage.file.history.FileSchemaHistory");
        settings.put("schema.history.internal.file.filename", directory.resolve(EmbeddedChangefeed.SCHEMA_HISTORY).toString());
        // The names of its meters, which must differ where two feeds run in one JVM.
        settings.put("custom.metric.tags", "port=" + port);
        settings.put("snapshot.mode", "no_data");
        settings.put("snapshot.locking.mode", "none");
        settings.put("provide.transaction.metadata", "true");
        settings.put("include.schema.changes", "true");
        settings.put("tombstones.on.delete", "false");
        settings.put("poll.interval.ms", "5");
        settings.put("converters", "text");
        settings.put("text.type", RawValueConverter.class.getName());
        // Reconnecting is the feed's work: a reader that goes on by itself could do so in the middle of a transaction.
        settings.put("connect.keep.alive", "false");
        settings.put("errors.max.retries", "0");
        // Shorter than the time that the engine grants a task to start: one that is given up would go on when the database is back, unseen.
        settings.put("connect.timeout.ms", "2000");
        settings.put("driver.socketTimeout", "3000");
        settings.put("task.management.timeout.ms", "5000");
        Properties properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    @Override
    public void close() throws IOException {
        engine.close();
    }
}
