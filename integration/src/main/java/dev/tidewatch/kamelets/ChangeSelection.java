package dev.tidewatch.kamelets;

import dev.tidewatch.changes.ChangeMessage;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.SchemaChange;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.Poll;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;

/** Selects and masks the changes for one use of the Kamelet {@code database-changes-source}. */
public final class ChangeSelection {

    private static final Set<String> OPERATIONS = Set.of("INSERT", "UPDATE", "DELETE", "DDL");

    private final Pattern database;
    private final Pattern table;
    private final Set<String> operations;
    private final ColumnMask mask;
    private final boolean acceptsIncomplete;

    /**
     * @param database   a database name, case-insensitive; {@code *} matches any characters
     * @param table      a table name, case-insensitive; {@code *} matches any characters
     * @param operations a comma-separated list of INSERT, UPDATE, DELETE and DDL
     * @param masked     whether to mask secret columns
     * @param incomplete {@code accept} or {@code dead-letter}, for changes without the whole row
     * @throws IllegalArgumentException when an operation is unknown
     */
    public ChangeSelection(ColumnMask mask, String database, String table, String operations, boolean masked, String incomplete) {
        this.database = pattern(database);
        this.table = pattern(table);
        this.operations = Arrays.stream(operations.split(","))
                .map(word -> word.strip().toUpperCase(Locale.ROOT)).collect(Collectors.toSet());
        if (!OPERATIONS.containsAll(this.operations)) {
            throw new IllegalArgumentException(
                    "operations must be a comma-separated list of INSERT, UPDATE, DELETE and DDL, not " + operations);
        }
        this.mask = masked ? mask : null;
        this.acceptsIncomplete = incomplete.equals("accept");
        if (!acceptsIncomplete && !incomplete.equals("dead-letter")) {
            throw new IllegalArgumentException("incomplete must be accept or dead-letter, not " + incomplete);
        }
    }

    private static Pattern pattern(String name) {
        return name.equals("*") ? null
                : Pattern.compile(Arrays.stream(name.strip().split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    /** Marks the records of all other changes of a poll as done. */
    public void skipOthers(@Variable("poll") Poll poll) {
        for (ConsumedRecord record : poll.records()) {
            if (record.event() instanceof ChangeMessage change && !selects(change)) {
                record.markDone();
            }
        }
    }

    /** Whether the selection includes a change. */
    public boolean selects(ChangeMessage change) {
        if (change instanceof RowChange row) {
            return operations.contains(row.operation()) && matches(database, row.database()) && matches(table, row.table());
        }
        return change instanceof SchemaChange schema
                && operations.contains("DDL") && matches(database, schema.database()) && matches(table, schema.table());
    }

    private static boolean matches(Pattern pattern, String name) {
        return pattern == null || name != null && pattern.matcher(name).matches();
    }

    /**
     * Rejects an INSERT or UPDATE in the body, an event or a list of events, if it does not have the whole row, unless configured: a
     * column that is not in the message is not NULL. A DELETE has the key of its row.
     *
     * @throws IncompleteChangeException if so; a retry fails in the same way
     */
    public void rejectIncomplete(Exchange exchange) throws IncompleteChangeException {
        Object body = exchange.getMessage().getBody();
        if (!acceptsIncomplete) {
            for (Object event : body instanceof List<?> events ? events : List.of(body)) {
                if (event instanceof RowChange change && change.incomplete() != null && !change.operation().equals("DELETE")) {
                    throw new IncompleteChangeException(change.incomplete());
                }
            }
        }
    }

    /** Masks the secret columns of the row changes in the body, if configured. */
    public void maskColumns(Exchange exchange) {
        if (mask != null) {
            Object body = exchange.getMessage().getBody();
            exchange.getMessage().setBody(body instanceof List<?> events ? events.stream().map(this::masked).toList() : masked(body));
        }
    }

    private Object masked(Object event) {
        return event instanceof RowChange change ? mask.mask(change) : event;
    }
}
