package dev.tidewatch.embedded;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.Offsets;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the binlog of one MariaDB with Debezium's engine, from the committed offsets on. */
final class BinlogReader implements Runnable, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BinlogReader.class);

    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private final TransactionAssembler assembler;
    private final FeedWriter writer;
    private final SchemaStore store;
    private final Runnable onProgress;
    private long committed = -1;
    private RecordChangeEvent<SourceRecord> last;
    private RecordCommitter<RecordChangeEvent<SourceRecord>> committer;
    private volatile Throwable failure;

    /** @param onProgress called after each batch, the first of which may be empty */
    BinlogReader(int port, Path directory, TransactionAssembler assembler, FeedWriter writer, SchemaStore store, Runnable onProgress) {
        this.assembler = assembler;
        this.writer = writer;
        this.store = store;
        this.onProgress = onProgress;
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties(port, directory))
            .using(this::completed)
            .notifying(this::handle)
            .build();
    }

    /** Reads until {@link #close()}, or until the database, the broker or the reader fails. */
    @Override
    public void run() {
        engine.run();
        if (failure != null) {
            throw new IllegalStateException("The changefeed cannot read the binlog", failure);
        }
    }

    private void completed(boolean success, String message, Throwable error) {
        if (!success && failure == null) {
            failure = error == null ? new IllegalStateException(message) : error;
        }
    }

    /** Stops the reader with an error. A starting engine cannot be stopped: call this method until {@link #run()} returns. */
    void fail(Throwable cause) {
        failure = cause;
        try {
            close();
        } catch (IOException | IllegalStateException e) {
            log.debug("Debezium is still starting or has stopped", e);
        }
    }

    private synchronized void handle(List<RecordChangeEvent<SourceRecord>> records,
                                     RecordCommitter<RecordChangeEvent<SourceRecord>> committer) throws InterruptedException {
        try {
            for (RecordChangeEvent<SourceRecord> event : records) {
                assembler.accept(event.record());
                writer.advanceTo(Gtid.sequence((String) event.record().sourceOffset().get("gtids")));
                last = event;
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The changefeed cannot query the binlog", e);
        }
        this.committer = committer;
        commit();
        onProgress.run();
    }

    /** Completes a statement for which Debezium sends no record of its own, and commits what Kafka has acknowledged meanwhile. */
    synchronized void catchUp() throws SQLException, InterruptedException {
        assembler.completeStatement();
        if (last != null) {
            commit();
        }
    }

    /** Debezium's own offset may point into a transaction; this one always points to the end of a transaction. */
    private void commit() throws InterruptedException {
        if (store.hasPending()) {
            writer.awaitAcknowledged();
            store.flush();
        }
        long acknowledged = writer.acknowledged();
        if (acknowledged > committed) {
            Map<String, ?> source = last.record().sourceOffset();
            Offsets offsets = committer.buildOffsets();
            offsets.set("file", source.get("file"));
            offsets.set("pos", source.get("pos"));
            offsets.set("gtids", "0-1-" + acknowledged);
            committer.markProcessed(last, offsets);
            committer.markBatchFinished();
            committed = acknowledged;
        }
    }

    private static Properties properties(int port, Path directory) {
        Properties properties = new Properties();
        properties.put("name", "tidewatch");
        properties.put("topic.prefix", "tidewatch");
        properties.put("connector.class", "io.debezium.connector.mariadb.MariaDbConnector");
        properties.put("database.hostname", "127.0.0.1");
        properties.put("database.port", Integer.toString(port));
        properties.put("database.user", EmbeddedDatabase.REPLICATION_USER);
        properties.put("database.password", EmbeddedDatabase.REPLICATION_PASSWORD);
        properties.put("database.ssl.mode", "disable");
        properties.put("database.server.id", "5400");
        properties.put("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        properties.put("offset.storage.file.filename", directory.resolve(EmbeddedChangefeed.OFFSETS).toString());
        properties.put("offset.flush.interval.ms", "0");
        properties.put("schema.history.internal", "io.debezium.storage.file.history.FileSchemaHistory");
        properties.put("schema.history.internal.file.filename", directory.resolve(EmbeddedChangefeed.SCHEMA_HISTORY).toString());
        // Names Debezium's MBeans, which must be unique if two changefeeds run in one JVM.
        properties.put("custom.metric.tags", "port=" + port);
        properties.put("snapshot.mode", "no_data");
        properties.put("snapshot.locking.mode", "none");
        properties.put("provide.transaction.metadata", "true");
        properties.put("include.schema.changes", "true");
        properties.put("tombstones.on.delete", "false");
        // Debezium passes a record on when the batch is full or this time is over, at the end of which it spins for up to a millisecond.
        properties.put("max.batch.size", "1");
        properties.put("poll.interval.ms", "200");
        properties.put("converters", "text");
        properties.put("text.type", RawValueConverter.class.getName());
        // EmbeddedChangefeed reconnects: if Debezium did, it could resume in the middle of a transaction.
        properties.put("connect.keep.alive", "false");
        properties.put("errors.max.retries", "0");
        // Shorter than the engine's timeout for the start of a task: Debezium lets a task that timed out run on, unseen.
        properties.put("connect.timeout.ms", "2000");
        properties.put("driver.socketTimeout", "3000");
        properties.put("task.management.timeout.ms", "5000");
        return properties;
    }

    @Override
    public void close() throws IOException {
        engine.close();
    }
}
