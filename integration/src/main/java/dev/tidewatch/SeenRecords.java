package dev.tidewatch;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The identities of records of one partition, with the offset of the first record of each. Those of a poll are kept apart until its offset
 * is committed, so that another attempt finds the state before it.
 *
 * @param <K> the identity, with {@code equals} and {@code hashCode}
 */
public final class SeenRecords<K> {

    private final Map<K, Long> committed = new LinkedHashMap<>();
    private final Map<K, Long> uncommitted = new LinkedHashMap<>();

    /**
     * Adds a record.
     *
     * @return whether an earlier record has its identity
     */
    public boolean isSeen(K identity, long offset) {
        return committed.containsKey(identity) || uncommitted.putIfAbsent(identity, offset) != null;
    }

    /** Keeps the records before an offset, which is committed, and forgets the others of the poll. */
    public void commit(long nextOffset) {
        uncommitted.forEach((identity, offset) -> {
            if (offset < nextOffset) {
                committed.put(identity, offset);
            }
        });
        uncommitted.clear();
    }

    /** Forgets the oldest committed records up to the first that is to be kept. */
    public void forgetOldest(Predicate<K> forgotten) {
        Iterator<K> oldest = committed.keySet().iterator();
        while (oldest.hasNext() && forgotten.test(oldest.next())) {
            oldest.remove();
        }
    }

    /** Forgets the oldest committed records beyond a number. */
    public void keepNewest(int records) {
        forgetOldest(identity -> committed.size() > records);
    }

    /** The number of committed records. */
    public int size() {
        return committed.size();
    }

    /**
     * The offset of the oldest record.
     *
     * @param next returned when there is none before that offset
     */
    public long oldestOffset(long next) {
        Map<K, Long> records = committed.isEmpty() ? uncommitted : committed;
        return records.isEmpty() ? next : Math.min(next, records.values().iterator().next());
    }
}
