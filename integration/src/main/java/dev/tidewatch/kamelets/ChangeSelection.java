package dev.tidewatch.kamelets;

import dev.tidewatch.changes.ChangeMessage;
import dev.tidewatch.changes.ColumnMask;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.changes.SchemaChange;
import dev.tidewatch.consumer.ConsumedRecord;
import dev.tidewatch.consumer.Poll;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;

/** Which changes one use of the Kamelet {@code database-changes-source} gives, which makes it, and how. */
public final class ChangeSelection {

    private static final Set<String> OPERATIONS = Set.of("INSERT", "UPDATE", "DELETE", "DDL");

    private final Pattern database;
    private final Pattern table;
    private final Set<String> operations;
    private final ColumnMask mask;

    /**
     * @param database   the name of a database, with {@code *} for any characters; case does not matter, as in TiDB
     * @param table      the name of a table, likewise
     * @param operations INSERT, UPDATE, DELETE and DDL, separated by commas
     * @param masked     whether secret columns are hidden
     * @throws IllegalArgumentException when an operation is none of those
     */
    public ChangeSelection(ColumnMask mask, String database, String table, String operations, boolean masked) {
        this.database = pattern(database);
        this.table = pattern(table);
        this.operations = Arrays.stream(operations.split(","))
                .map(word -> word.strip().toUpperCase(Locale.ROOT)).collect(Collectors.toSet());
        if (!OPERATIONS.containsAll(this.operations)) {
            throw new IllegalArgumentException("operations are INSERT, UPDATE, DELETE and DDL, separated by commas, not " + operations);
        }
        this.mask = masked ? mask : null;
    }

    private static Pattern pattern(String name) {
        return name.equals("*") ? null
                : Pattern.compile(Arrays.stream(name.strip().split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    /** Marks the records of a poll as done whose changes are not wanted. */
    public void apply(@Variable("poll") Poll poll) {
        for (ConsumedRecord record : poll.records()) {
            if (record.event() instanceof ChangeMessage change && !wants(change)) {
                record.markDone();
            }
        }
    }

    /** Whether a change is wanted. */
    public boolean wants(ChangeMessage change) {
        if (change instanceof RowChange row) {
            return operations.contains(row.operation()) && fits(database, row.database()) && fits(table, row.table());
        }
        return change instanceof SchemaChange schema
                && operations.contains("DDL") && fits(database, schema.database()) && fits(table, schema.table());
    }

    private static boolean fits(Pattern pattern, String name) {
        return pattern == null || name != null && pattern.matcher(name).matches();
    }

    /** Hides the secret columns of an exchange's row change, unless they are wanted. */
    public void mask(Exchange exchange) {
        if (mask != null && exchange.getMessage().getBody() instanceof RowChange change) {
            exchange.getMessage().setBody(mask.mask(change));
        }
    }
}
