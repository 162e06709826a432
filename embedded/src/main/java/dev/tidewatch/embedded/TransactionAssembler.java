package dev.tidewatch.embedded;

import dev.tidewatch.embedded.BinlogQueries.LoggedStatement;
import dev.tidewatch.embedded.CapturedRow.TableShape;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Assembles transactions from Debezium's records and passes each complete one to a sink. Every transaction starts with a BEGIN record, even
 * a single statement. A transaction of rows ends with END, a statement where the next transaction starts.
 */
final class TransactionAssembler {

    private final TransactionSink sink;
    private final SchemaCatalog catalog;
    private final SchemaStore store;
    private final BinlogQueries binlog;
    private OpenTransaction open;
    private Map<String, String> movedFrom;

    /** Receives complete transactions in the order of the binlog. */
    interface TransactionSink {

        void rows(long sequence, long binlogSeconds, List<CapturedRow> changes);

        void statement(long sequence, long binlogSeconds, List<CapturedDdl> changes);
    }

    private static final class OpenTransaction {

        private final long sequence;
        private long seconds;
        private final String file;
        private final long position;
        private final TransactionRows rows = new TransactionRows();

        private OpenTransaction(long sequence, long seconds, String file, long position) {
            this.sequence = sequence;
            this.seconds = seconds;
            this.file = file;
            this.position = position;
        }
    }

    TransactionAssembler(TransactionSink sink, SchemaStore store, BinlogQueries binlog) {
        this.sink = sink;
        this.store = store;
        this.catalog = store.load();
        this.binlog = binlog;
    }

    void accept(SourceRecord record) throws SQLException {
        if (!(record.value() instanceof Struct value)) {
            return;
        }
        Schema schema = value.schema();
        if (schema.field("status") != null) {
            boundary(record, value);
        } else if (schema.field("ddl") != null) {
            schemaChange(value);
        } else if (schema.field("op") != null && open != null) {
            row(record, value);
        }
    }

    /** Completes a statement for which Debezium sends no record of its own. */
    void completeStatement() throws SQLException {
        if (open != null && open.rows.isEmpty() && movedFrom == null) {
            finishStatement();
        }
    }

    private void boundary(SourceRecord record, Struct value) throws SQLException {
        if (value.getString("status").equals("END")) {
            if (open != null) {
                updateTime(value.getInt64("ts_ms"));
                OpenTransaction complete = open;
                open = null;
                sink.rows(complete.sequence, complete.seconds, complete.rows.changes());
            }
            return;
        }
        completeStatement();
        Map<String, ?> offset = record.sourceOffset();
        open = new OpenTransaction(Gtid.sequence(value.getString("id")), value.getInt64("ts_ms") / 1000,
            (String) offset.get("file"), ((Number) offset.get("pos")).longValue());
    }

    private void schemaChange(Struct value) throws SQLException {
        String snapshot = value.getStruct("source").getString("snapshot");
        if (snapshot != null && !snapshot.equals("false")) {
            // A table that existed before the changefeed.
            apply(new LoggedStatement(value.getString("databaseName"), value.getString("ddl")));
        } else {
            if (open != null) {
                updateTime(value.getStruct("source").getInt64("ts_ms"));
            }
            completeStatement();
        }
    }

    /** A record has the time of the binlog event before it: for BEGIN, that is the previous transaction's; for all others, their own. */
    private void updateTime(long milliseconds) {
        open.seconds = Math.max(open.seconds, milliseconds / 1000);
    }

    private void finishStatement() throws SQLException {
        Optional<LoggedStatement> statement = binlog.statementAt(open.file, open.position);
        if (statement.isPresent()) {
            OpenTransaction complete = open;
            open = null;
            sink.statement(complete.sequence, complete.seconds, apply(statement.get()));
        }
    }

    private List<CapturedDdl> apply(LoggedStatement statement) {
        store.add(statement);
        return catalog.apply(statement);
    }

    private void row(SourceRecord record, Struct value) {
        if (record.keySchema() == null) {
            // TiCDC ignores tables without a key.
            return;
        }
        Struct source = value.getStruct("source");
        TableShape table = shape(new TableName(source.getString("db"), source.getString("table")), record.keySchema(), value);
        Map<String, String> before = columns(table, value.getStruct("before"));
        Map<String, String> after = columns(table, value.getStruct("after"));
        boolean keepsIdentity = !table.hasPrimaryKey() || !catalog.traits(table.name()).clustered();
        switch (value.getString("op")) {
            case "c" -> {
                if (movedFrom != null) {
                    open.rows.update(table, movedFrom, after);
                    movedFrom = null;
                } else {
                    open.rows.insert(table, after);
                }
            }
            case "u" -> open.rows.update(table, before, after);
            case "d" -> {
                // Debezium sends an update of the key as a delete and an insert.
                if (keepsIdentity && record.headers().lastWithName("__debezium.newkey") != null) {
                    movedFrom = before;
                } else {
                    open.rows.delete(table, before);
                }
            }
            default -> {
                // Snapshot reads, which snapshot.mode=no_data switches off.
            }
        }
    }

    private TableShape shape(TableName name, Schema key, Struct value) {
        TableTraits traits = catalog.traits(name);
        Map<String, String> types = new LinkedHashMap<>();
        for (Field field : value.schema().field("after").schema().fields()) {
            if (!traits.virtualColumns().contains(field.name())) {
                types.put(field.name(), field.schema().parameters().get(RawValueConverter.MYSQL_TYPE));
            }
        }
        return new TableShape(name, key.fields().stream().map(Field::name).toList(), traits.primaryKey(), types);
    }

    private static Map<String, String> columns(TableShape table, Struct row) {
        if (row == null) {
            return null;
        }
        Map<String, String> columns = new LinkedHashMap<>();
        table.mysqlTypes().keySet().forEach(column -> columns.put(column, (String) row.getWithoutDefault(column)));
        return columns;
    }
}
