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
 * Puts Debezium's records together to transactions again, and hands each one on when it is complete. A transaction begins with a BEGIN record
 * (every binlog entry has one, statements too); one of rows ends with END, one that is a single statement ends where the next one begins.
 */
final class TransactionAssembler {

    private final TransactionSink sink;
    private final SchemaCatalog catalog;
    private final SchemaStore store;
    private final BinlogQueries binlog;
    private OpenTransaction open;
    private Map<String, String> movedFrom;

    /** Takes complete transactions in the order of the binlog. */
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

    /** Debezium has no more for the moment: a statement that it reports nothing about is complete, too. */
    void pause() throws SQLException {
        if (open != null && open.rows.isEmpty() && movedFrom == null) {
            finishStatement();
        }
    }

    private void boundary(SourceRecord record, Struct value) throws SQLException {
        if (value.getString("status").equals("END")) {
            if (open != null) {
                happenedAt(value.getInt64("ts_ms"));
                OpenTransaction complete = open;
                open = null;
                sink.rows(complete.sequence, complete.seconds, complete.rows.changes());
            }
            return;
        }
        pause();
        Map<String, ?> offset = record.sourceOffset();
        open = new OpenTransaction(Gtid.sequence(value.getString("id")), value.getInt64("ts_ms") / 1000,
            (String) offset.get("file"), ((Number) offset.get("pos")).longValue());
    }

    private void schemaChange(Struct value) throws SQLException {
        String snapshot = value.getStruct("source").getString("snapshot");
        if (snapshot != null && !snapshot.equals("false")) {
            // The tables that were there before the feed began.
            learn(new LoggedStatement(value.getString("databaseName"), value.getString("ddl")));
        } else {
            if (open != null) {
                happenedAt(value.getStruct("source").getInt64("ts_ms"));
            }
            pause();
        }
    }

    /** Debezium gives a record the time of the binlog event before its own: a BEGIN that of the previous transaction, everything else its own. */
    private void happenedAt(long milliseconds) {
        open.seconds = Math.max(open.seconds, milliseconds / 1000);
    }

    private void finishStatement() throws SQLException {
        Optional<LoggedStatement> statement = binlog.statementAt(open.file, open.position);
        if (statement.isPresent()) {
            OpenTransaction complete = open;
            open = null;
            sink.statement(complete.sequence, complete.seconds, learn(statement.get()));
        }
    }

    private List<CapturedDdl> learn(LoggedStatement statement) {
        store.add(statement);
        return catalog.apply(statement);
    }

    private void row(SourceRecord record, Struct value) {
        if (record.keySchema() == null) {
            // TiCDC skips a table without a key.
            return;
        }
        Struct source = value.getStruct("source");
        TableShape table = shape(new TableName(source.getString("db"), source.getString("table")), record.keySchema(), value);
        Map<String, String> before = columns(table, value.getStruct("before"));
        Map<String, String> after = columns(table, value.getStruct("after"));
        boolean staysTheSame = !table.hasPrimaryKey() || !catalog.traits(table.name()).clustered();
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
                // Debezium tells a changed key as a deletion and an insertion.
                if (staysTheSame && record.headers().lastWithName("__debezium.newkey") != null) {
                    movedFrom = before;
                } else {
                    open.rows.delete(table, before);
                }
            }
            default -> {
                // Reads of a snapshot; the feed begins without one.
            }
        }
    }

    private TableShape shape(TableName name, Schema key, Struct value) {
        TableTraits known = catalog.traits(name);
        Map<String, String> types = new LinkedHashMap<>();
        for (Field field : value.schema().field("after").schema().fields()) {
            if (!known.virtualColumns().contains(field.name())) {
                types.put(field.name(), field.schema().parameters().get(RawValueConverter.MYSQL_TYPE));
            }
        }
        return new TableShape(name, key.fields().stream().map(Field::name).toList(), known.primaryKey(), types);
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
