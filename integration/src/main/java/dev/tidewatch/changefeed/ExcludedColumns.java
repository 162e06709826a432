package dev.tidewatch.changefeed;

import dev.tidewatch.changes.CanalJsonText;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.consumer.ColumnGuard;
import dev.tidewatch.consumer.Tally;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Watches the stream for columns that {@code changefeed.yaml} excludes and that arrive nevertheless: TiCDC before v7.5.0 accepts column
 * selectors and ignores them. Thread-safe.
 */
@Component("excludedColumns")
public class ExcludedColumns implements ColumnGuard {

    private static final Logger log = LoggerFactory.getLogger(ExcludedColumns.class);
    private static final Duration REMEMBERED = Duration.ofHours(1);
    private static final int MOST_TABLES = 1000;

    private final String database;
    private final Set<String> names;
    private final Clock clock;
    private final Map<String, Tally> tables = new ConcurrentHashMap<>();
    private volatile Instant lastSent = Instant.MIN;

    @Autowired
    ExcludedColumns(ChangefeedFile file) {
        this(file.database(), file.excludedColumns(), Clock.systemUTC());
    }

    /** @param names the excluded columns of all tables of the database; case is ignored */
    ExcludedColumns(String database, Set<String> names, Clock clock) {
        this.database = database;
        this.names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        this.names.addAll(names);
        this.clock = clock;
    }

    /** Whether an excluded column has arrived within the last hour. */
    boolean areSent() {
        return lastSent.isAfter(clock.instant().minus(REMEMBERED));
    }

    /** Logs the sums that are due. */
    public void report() {
        tables.values().forEach(Tally::report);
    }

    @Override
    public RowChange withoutExcluded(RowChange change) {
        if (!change.database().equalsIgnoreCase(database)
                || columns(change).noneMatch(names::contains)) {
            return change;
        }
        Set<String> found = new TreeSet<>(columns(change).filter(names::contains).toList());
        lastSent = clock.instant();
        tally(change.table(), found).add(1);
        return change.without(found);
    }

    private static Stream<String> columns(RowChange change) {
        Stream<String> row = change.data().keySet().stream();
        return change.old() == null ? row : Stream.concat(row, change.old().keySet().stream());
    }

    private Tally tally(String table, Set<String> found) {
        String name = tables.size() < MOST_TABLES || tables.containsKey(table) ? table : "other tables";
        return tables.computeIfAbsent(name, unknown -> new Tally(clock, changes -> log.error("Changes of {}.{} arrived with the columns {},"
                + " which changefeed.yaml excludes: {}. Tidewatch removes them, but they are in Kafka. Use TiCDC v7.5.0 or later; delete"
                + " the records, or treat the values as disclosed.", database, name, found, changes)));
    }

    @Override
    public byte[] withoutExcluded(byte[] value) {
        return CanalJsonText.without(names::contains, value).orElseGet(() -> {
            String text = new String(value, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).anyMatch(text::contains) ? null : value;
        });
    }
}
