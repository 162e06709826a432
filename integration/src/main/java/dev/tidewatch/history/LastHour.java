package dev.tidewatch.history;

import dev.tidewatch.Event;
import dev.tidewatch.Since;
import dev.tidewatch.changes.RowChange;
import dev.tidewatch.outbox.UserEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.HdrHistogram.IntCountsHistogram;
import org.apache.camel.Body;

/**
 * Counts of the last hour, minute by minute. An event counts in the minute in which it happened, so that every instance gives the same
 * answer, a restarted one too. Thread-safe.
 */
public class LastHour {

    public static final int USER_EVENTS = 0;
    public static final int DATABASE_CHANGES = 1;
    private static final int TOPICS = 2;

    static final String OTHER_TABLES = "other";
    private static final int MINUTES = 60;
    private static final int MOST_TABLES = 20;
    /** More than {@link #MOST_TABLES}, because the busiest tables of a minute may not be those of the hour. */
    private static final int MOST_TABLES_OF_A_MINUTE = 100;
    private static final long LONGEST_LAG_MILLIS = Duration.ofHours(1).toMillis();
    private static final int LAG_DIGITS = 2;

    private final BooleanSupplier isPastRead;
    private final Supplier<Since.Seen<Boolean>> kafka;
    private final Clock clock;
    /** By minute since 1970, without empty minutes. */
    private final NavigableMap<Long, MinuteCounts> counts = new TreeMap<>();
    /** By topic and partition, the time from which all records have been read, in milliseconds since 1970; null until known. */
    private final Long[][] readSince = new Long[TOPICS][];

    private static final class MinuteCounts {

        private long logins;
        private long failures;
        private final Map<String, Long> rowChanges = new HashMap<>();
        private IntCountsHistogram lag;
        private Long waiting;
    }

    /**
     * @param isPastRead whether the records that existed at startup have been read
     * @param kafka      whether a broker answers, and since when
     */
    public LastHour(BooleanSupplier isPastRead, Supplier<Since.Seen<Boolean>> kafka, Clock clock) {
        this.isPastRead = isPastRead;
        this.kafka = kafka;
        this.clock = clock;
    }

    /** The time of the first record needed. */
    public Instant start() {
        return clock.instant().minus(Duration.ofMinutes(MINUTES));
    }

    /**
     * Sets from when on a topic is read, or adds partitions to it.
     *
     * @param topic {@link #USER_EVENTS} or {@link #DATABASE_CHANGES}
     * @param since by partition, the time from which all records are read; null for the time of the first record
     */
    public synchronized void begin(int topic, Instant[] since) {
        Long[] known = readSince[topic] == null ? new Long[0] : readSince[topic];
        Long[] all = Arrays.stream(since).map(time -> time == null ? null : time.toEpochMilli()).toArray(Long[]::new);
        System.arraycopy(known, 0, all, 0, Math.min(known.length, all.length));
        readSince[topic] = all;
    }

    /**
     * Notes a record that has been read.
     *
     * @param timestamp the record's, in milliseconds since 1970
     */
    public synchronized void read(int topic, int partition, long timestamp) {
        Long[] since = readSince[topic];
        if (since != null && partition < since.length && since[partition] == null) {
            since[partition] = timestamp;
        }
    }

    /**
     * Counts an event. The caller passes each event once.
     *
     * @param timestamp its record's, in milliseconds since 1970
     */
    public synchronized void count(Event event, long timestamp) {
        // The clock that set the event's time may be ahead.
        long minute = Math.min(minuteOf(event.eventTime()), present());
        if (minute < oldest()) {
            return;
        }
        if (event instanceof UserEvent user) {
            switch (user.action()) {
                case LOGIN_SUCCESS -> at(minute).logins++;
                case LOGIN_FAILURE -> at(minute).failures++;
                default -> { }
            }
        } else if (event instanceof RowChange change) {
            MinuteCounts of = at(minute);
            String table = change.database() + '.' + change.table();
            boolean isOneMore = of.rowChanges.size() >= MOST_TABLES_OF_A_MINUTE && !of.rowChanges.containsKey(table);
            of.rowChanges.merge(isOneMore ? OTHER_TABLES : table, 1L, Long::sum);
            if (of.lag == null) {
                of.lag = new IntCountsHistogram(LONGEST_LAG_MILLIS, LAG_DIGITS);
            }
            of.lag.recordValue(Math.max(0, Math.min(timestamp - change.commitTime().toEpochMilli(), LONGEST_LAG_MILLIS)));
        }
    }

    /** Notes how many events are in the outbox now. */
    public synchronized void noteWaiting(@Body long events) {
        MinuteCounts of = at(present());
        of.waiting = of.waiting == null ? events : Math.max(of.waiting, events);
    }

    private MinuteCounts at(long minute) {
        counts.headMap(oldest()).clear();
        return counts.computeIfAbsent(minute, of -> new MinuteCounts());
    }

    private long present() {
        return minuteOf(clock.instant());
    }

    private long oldest() {
        return present() - MINUTES + 1;
    }

    private static long minuteOf(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), 60L);
    }

    /** The answer of {@code GET /api/history}; the contract's schema {@code History}. */
    public record History(List<Minute> minutes) {
    }

    /**
     * A minute. Unknown values are null.
     *
     * @param minute        its start
     * @param outboxWaiting the largest number of events in the outbox
     */
    public record Minute(Instant minute, Long logins, Long failures, Map<String, Long> rowChanges, Lag changeLagMillis,
            Long outboxWaiting) {
    }

    /** The time from the commit of a change to its record in Kafka, in milliseconds: the median and the 99th percentile. */
    public record Lag(long p50, long p99) {
    }

    /** The last 60 minutes, oldest first; the last one is the current minute. */
    public synchronized History report() {
        long oldest = oldest();
        counts.headMap(oldest).clear();
        Set<String> busiest = busiestTables();
        List<Minute> minutes = new ArrayList<>();
        for (long minute = oldest; minute < oldest + MINUTES; minute++) {
            MinuteCounts of = counts.getOrDefault(minute, new MinuteCounts());
            boolean userEvents = isKnown(USER_EVENTS, minute);
            boolean changes = isKnown(DATABASE_CHANGES, minute);
            minutes.add(new Minute(Instant.ofEpochSecond(minute * 60), userEvents ? of.logins : null, userEvents ? of.failures : null,
                    changes ? tables(of, busiest) : null, changes && of.lag != null ? lag(of.lag) : null, of.waiting));
        }
        return new History(minutes);
    }

    private boolean isKnown(int topic, long minute) {
        Since.Seen<Boolean> broker = kafka.get();
        return isPastRead.getAsBoolean()
                && (broker.state() || minute < minuteOf(broker.since()))
                && Arrays.stream(readSince[topic]).allMatch(since -> since == null || since <= minute * 60_000);
    }

    private Set<String> busiestTables() {
        Map<String, Long> hour = new HashMap<>();
        counts.values().forEach(of -> of.rowChanges.forEach((table, changes) -> hour.merge(table, changes, Long::sum)));
        hour.remove(OTHER_TABLES);
        return hour.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_TABLES).map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    private static Map<String, Long> tables(MinuteCounts of, Set<String> busiest) {
        Map<String, Long> tables = new TreeMap<>();
        of.rowChanges.forEach((table, changes) -> tables.merge(busiest.contains(table) ? table : OTHER_TABLES, changes, Long::sum));
        return tables;
    }

    private static Lag lag(IntCountsHistogram of) {
        return new Lag(of.getValueAtPercentile(50), of.getValueAtPercentile(99));
    }
}
