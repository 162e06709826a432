package dev.tidewatch.live;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * The newest events of both topics, numbered as they came, with what is needed to tell what a client has seen. Safe for many threads; none
 * holds its lock while it waits for a client, Kafka or the database.
 */
@Component
public class LiveBuffer {

    public static final int USER_EVENTS = 0;
    public static final int DATABASE_CHANGES = 1;
    private static final int TOPICS = 2;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LiveEvent[] ring;
    private final long maxBytes;
    /** Numbers; there are as many events as the difference. */
    private long first;
    private long end;
    private long bytes;
    private final Set<String> eventIds = new HashSet<>();
    /** What the buffer has all events from. */
    private Position floor = Position.ofUnknown(TOPICS);
    private Position reached = Position.ofUnknown(TOPICS);
    /** The ends of the topics when their reading began; until there, events are of the past. */
    private Position present = Position.ofUnknown(TOPICS);
    private boolean ready;

    @Autowired
    LiveBuffer(@Value("${tidewatch.live.buffered-events}") int maxEvents, @Value("${tidewatch.live.buffered-bytes}") DataSize maxBytes) {
        this(maxEvents, maxBytes.toBytes());
    }

    LiveBuffer(int maxEvents, long maxBytes) {
        this.ring = new LiveEvent[maxEvents];
        this.maxBytes = maxBytes;
    }

    /** How many events there can be. */
    int capacity() {
        return ring.length;
    }

    /**
     * Notes where the reading of a topic begins, or that it has more partitions than before.
     *
     * @param froms  the offset of the first record that will be read, by partition
     * @param starts the offset of the first record that is held, likewise
     * @param ends   the offset after the last record that there is now, likewise
     */
    void begin(int topic, String topicId, long[] froms, long[] starts, long[] ends) {
        locked(() -> {
            long[] known = reached.topics().get(topic).next();
            long[] from = froms.clone();
            System.arraycopy(known, 0, from, 0, Math.min(known.length, from.length));
            long[] complete = starts.clone();
            System.arraycopy(floor.topics().get(topic).next(), 0, complete, 0, Math.min(known.length, complete.length));
            reached = reached.with(topic, new Position.Reached(topicId, from));
            floor = floor.with(topic, new Position.Reached(topicId, complete));
            present = present.with(topic, new Position.Reached(topicId, ends.clone()));
            wake();
        });
    }

    /** The offset of the record that is to be read next; -1 when the reading of its topic has not begun. */
    long next(int topic, int partition) {
        lock.lock();
        try {
            return reached.next(topic, partition);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the event of a record is to be added; those before are read for the sake of the last hour only. */
    boolean holds(int topic, int partition, long offset) {
        lock.lock();
        try {
            return offset >= floor.next(topic, partition);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes that records up to an offset have been read.
     *
     * @return whether they had not been before
     */
    boolean pass(int topic, int partition, long offset) {
        lock.lock();
        try {
            if (offset < reached.next(topic, partition)) {
                return false;
            }
            reached = reached.with(topic, partition, offset + 1);
            if (!ready) {
                wake();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes an event, unless it is here or was.
     *
     * @param eventId its identity; null when it has none
     * @param text    its fields {@code event} and {@code data}
     * @return whether it was taken
     */
    boolean add(int topic, int partition, long offset, String eventId, byte[] text) {
        lock.lock();
        try {
            if (offset < reached.next(topic, partition)) {
                return false;
            }
            reached = reached.with(topic, partition, offset + 1);
            boolean isNew = eventId == null || eventIds.add(eventId);
            if (isNew) {
                LiveEvent event = new LiveEvent(topic, partition, offset, eventId, reached, reached.toString(), text);
                bytes += event.size();
                if (end - first == ring.length) {
                    forgetOldest();
                }
                ring[index(end++)] = event;
                while (bytes > maxBytes) {
                    forgetOldest();
                }
            }
            wake();
            return isNew;
        } finally {
            lock.unlock();
        }
    }

    private void forgetOldest() {
        LiveEvent oldest = ring[index(first)];
        ring[index(first++)] = null;
        bytes -= oldest.size();
        if (oldest.eventId() != null) {
            eventIds.remove(oldest.eventId());
        }
        floor = floor.with(oldest.topic(), oldest.partition(), oldest.offset() + 1);
    }

    private int index(long number) {
        return (int) (number % ring.length);
    }

    private void wake() {
        ready = ready || reached.isKnown() && reached.covers(present);
        changed.signalAll();
    }

    /** Makes all that wait look again. */
    void wakeAll() {
        locked(changed::signalAll);
    }

    /**
     * Where a client begins.
     *
     * @param number   of the first event to look at
     * @param position what the client has seen then
     * @param isReset  whether events are missing
     */
    record Start(long number, Position position, boolean isReset) {
    }

    /**
     * Finds where a client begins, when the past has been read; null before.
     *
     * @param lastEventId the id of the last event that the client has seen; null when it has seen none
     * @param recent      how many of the newest events a client wants that has seen none
     */
    Start start(String lastEventId, int recent) {
        lock.lock();
        try {
            if (!ready) {
                return null;
            }
            Position seen = Position.parse(lastEventId);
            if (seen != null && seen.covers(floor)) {
                return new Start(first, seen, false);
            }
            if (lastEventId == null && recent > 0) {
                // The older half may go while the client takes it.
                long number = Math.max(first, end - Math.min(recent, ring.length / 2));
                return new Start(number, number == first ? floor : ring[index(number - 1)].after(), false);
            }
            return new Start(end, reached, lastEventId != null);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the past has been read, so that a client can begin. */
    public boolean isReady() {
        lock.lock();
        try {
            return ready;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is an event with that number, or was. */
    boolean reaches(long number) {
        lock.lock();
        try {
            return end > number;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something changes, unless it is worth a look before. */
    void await(BooleanSupplier isWorthALook, long millis) throws InterruptedException {
        lock.lock();
        try {
            if (!isWorthALook.getAsBoolean()) {
                changed.await(millis, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The events from a number on.
     *
     * @param maxEvents how many of them at most
     * @param maxSize   when they are larger together, it is one less or more; at least one
     * @return null when the first of them is here no longer
     */
    List<LiveEvent> read(long number, int maxEvents, int maxSize) {
        lock.lock();
        try {
            if (number < first) {
                return null;
            }
            List<LiveEvent> events = new ArrayList<>();
            int size = 0;
            for (long n = number; n < end && events.size() < maxEvents && size < maxSize; n++) {
                LiveEvent event = ring[index(n)];
                events.add(event);
                size += event.size();
            }
            return events;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }
}
