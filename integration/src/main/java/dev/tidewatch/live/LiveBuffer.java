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
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The newest events of both topics in the order of arrival, each with a sequence number, and what is needed to find where a client resumes.
 * Thread-safe. The lock is never held during I/O.
 */
@Component
class LiveBuffer {

    private static final int TOPICS = 2;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LiveEvent[] ring;
    private final long maxBytes;
    /** The sequence number of the oldest event held. */
    private long first;
    /** The sequence number of the next event. */
    private long end;
    private long bytes;
    private final Set<String> eventIds = new HashSet<>();
    /** The buffer holds every event from here on. */
    private Position floor = Position.ofUnknown(TOPICS);
    private Position reached = Position.ofUnknown(TOPICS);
    /** The ends of the topics when reading began. */
    private Position initialEnds = Position.ofUnknown(TOPICS);
    private boolean ready;
    /** How often a topic was recreated, and with it the buffer emptied. */
    private int resets;

    @Autowired
    LiveBuffer(LiveProperties settings) {
        this(settings.bufferedEvents(), settings.bufferedBytes().toBytes());
    }

    LiveBuffer(int maxEvents, long maxBytes) {
        this.ring = new LiveEvent[maxEvents];
        this.maxBytes = maxBytes;
    }

    /** The largest number of events held. */
    int capacity() {
        return ring.length;
    }

    /**
     * Sets where reading a topic begins, or adds partitions to it. If the topic was recreated, drops all events: their positions name the
     * old topic.
     *
     * @param froms  by partition, the offset of the first record to be read
     * @param starts by partition, the offset of the first record to be held
     * @param ends   by partition, the end offset now
     */
    void begin(int topic, String topicId, long[] froms, long[] starts, long[] ends) {
        locked(() -> {
            String knownId = topicId(topic);
            if (!knownId.isEmpty() && !knownId.equals(topicId)) {
                while (first < end) {
                    removeOldest();
                }
                reached = reached.withUnknown(topic);
                floor = floor.withUnknown(topic);
                resets++;
            }
            long[] known = reached.topics().get(topic).next();
            long[] from = froms.clone();
            System.arraycopy(known, 0, from, 0, Math.min(known.length, from.length));
            long[] complete = starts.clone();
            System.arraycopy(floor.topics().get(topic).next(), 0, complete, 0, Math.min(known.length, complete.length));
            reached = reached.with(topic, new Position.OfTopic(topicId, from));
            floor = floor.with(topic, new Position.OfTopic(topicId, complete));
            initialEnds = initialEnds.with(topic, new Position.OfTopic(topicId, ends.clone()));
            wake();
        });
    }

    /** The id of a topic; empty before {@link #begin}. */
    String topicId(int topic) {
        lock.lock();
        try {
            return reached.topics().get(topic).topicId();
        } finally {
            lock.unlock();
        }
    }

    /** The offset of the next record to read; -1 before {@link #begin}. */
    long next(int topic, int partition) {
        lock.lock();
        try {
            return reached.next(topic, partition);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a record's event belongs in the buffer; earlier records are read for the last hour only. */
    boolean holds(int topic, int partition, long offset) {
        lock.lock();
        try {
            return offset >= floor.next(topic, partition);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Advances past a record without adding an event.
     *
     * @return false when the record was read before
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
     * Adds an event, unless its record was read before or the buffer holds an event of the same id.
     *
     * @param eventId its identity; null when it has none
     * @param size    about how many bytes it takes
     * @param text    makes its fields {@code event} and {@code data}
     * @return whether it was added
     */
    boolean add(int topic, int partition, long offset, String eventId, int size, Supplier<byte[]> text) {
        lock.lock();
        try {
            if (offset < reached.next(topic, partition)) {
                return false;
            }
            reached = reached.with(topic, partition, offset + 1);
            boolean isNew = eventId == null || eventIds.add(eventId);
            if (isNew) {
                LiveEvent event = new LiveEvent(topic, partition, offset, eventId, reached, size, text);
                bytes += event.size();
                if (end - first == ring.length) {
                    removeOldest();
                }
                ring[index(end++)] = event;
                while (bytes > maxBytes) {
                    removeOldest();
                }
            }
            wake();
            return isNew;
        } finally {
            lock.unlock();
        }
    }

    private void removeOldest() {
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
        ready = ready || reached.isKnown() && reached.covers(initialEnds);
        changed.signalAll();
    }

    /** Wakes every thread in {@link #await}. */
    void wakeAll() {
        locked(changed::signalAll);
    }

    /**
     * Where a client begins.
     *
     * @param number   the sequence number of the first event to send, unless the client has seen it
     * @param position what the client has seen
     * @param isReset  whether the client missed events that are no longer held
     * @param resets   to be passed to {@link #read}
     */
    record Start(long number, Position position, boolean isReset, int resets) {
    }

    /**
     * Finds where a client begins; null until {@link #isReady}.
     *
     * @param lastEventId the id of the last event that the client has seen; null for a new client
     * @param recent      how many of the newest events a new client is sent first
     */
    Start start(String lastEventId, int recent) {
        lock.lock();
        try {
            if (!ready) {
                return null;
            }
            Position seen = Position.parse(lastEventId);
            if (seen != null && seen.covers(floor)) {
                return new Start(first, seen, false, resets);
            }
            if (lastEventId == null && recent > 0) {
                // Not from the older half: it may be overwritten while the client reads it.
                long number = Math.max(first, end - Math.min(recent, ring.length / 2));
                return new Start(number, number == first ? floor : ring[index(number - 1)].after(), false,
                        resets);
            }
            return new Start(end, reached, lastEventId != null, resets);
        } finally {
            lock.unlock();
        }
    }

    /** Where every client begins after a topic was recreated. */
    Start reset() {
        lock.lock();
        try {
            return new Start(first, floor, true, resets);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a topic was recreated since a client began. */
    boolean isReset(int known) {
        lock.lock();
        try {
            return resets != known;
        } finally {
            lock.unlock();
        }
    }

    /** Whether both topics have been read up to where they ended when reading began. */
    boolean isReady() {
        lock.lock();
        try {
            return ready;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the event of this sequence number has arrived. */
    boolean reaches(long number) {
        lock.lock();
        try {
            return end > number;
        } finally {
            lock.unlock();
        }
    }

    /** Returns at once if the condition holds; else waits for any change of the buffer, and may return without one. */
    void await(BooleanSupplier condition, long millis) throws InterruptedException {
        lock.lock();
        try {
            if (!condition.getAsBoolean()) {
                changed.await(millis, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The events from a sequence number on.
     *
     * @param resets    of the client's {@link Start}
     * @param maxEvents the largest number of events
     * @param maxSize   no event is added once this many bytes are reached
     * @return null when the first of them is no longer held, or a topic was recreated
     */
    List<LiveEvent> read(long number, int resets, int maxEvents, int maxSize) {
        lock.lock();
        try {
            if (number < first || resets != this.resets) {
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
