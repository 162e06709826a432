package dev.tidewatch.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The lines of one topic, held against what has to be there: one line for each mark. Safe for the threads that read lines. */
final class Ledger {

    /** What an application reads at once from a partition, at most; so much can stand twice when it is killed. */
    private static final int POLL = 500;

    private final Map<String, Map<Place, Integer>> livesByMark = new HashMap<>();
    private final List<Arrival> unaccounted = new ArrayList<>();

    /**
     * The lines since the account before.
     *
     * @param expected what must have a line
     * @param lines the lines that came
     * @param missing what has none
     * @param repeated lines of a record that an earlier life of the application had written already, at most one poll a life and partition
     * @param duplicated all other lines of something that has one already
     * @param unasked lines of something that did not happen
     * @param findings what is wrong, a sentence each
     */
    record Account(int expected, int lines, int missing, int repeated, int duplicated, int unasked, List<String> findings) {
    }

    private record Place(int partition, long offset) {
    }

    private record Poll(int life, int partition) {
    }

    private record Arrival(int life, String mark, Place place) {
    }

    /** Notes a line that came from a life of the application; lives are numbered, and each but the last ends with a kill. */
    synchronized void came(int life, AuditLine line) {
        Arrival arrival = new Arrival(life, line.mark(), new Place(line.partition(), line.offset()));
        unaccounted.add(arrival);
        livesByMark.computeIfAbsent(line.mark(), mark -> new HashMap<>());
    }

    synchronized boolean has(String mark) {
        return livesByMark.containsKey(mark);
    }

    /** How many lines came since the account before. */
    synchronized int size() {
        return unaccounted.size();
    }

    /**
     * Draws up the account.
     *
     * @param expected what must have a line
     * @param possible what may have one: nobody knows whether it happened
     */
    synchronized Account account(Set<String> expected, Set<String> possible) {
        List<String> findings = new ArrayList<>();
        Map<Poll, Integer> repeats = new HashMap<>();
        int duplicated = 0;
        int unasked = 0;
        for (Arrival arrival : unaccounted) {
            Map<Place, Integer> lives = livesByMark.get(arrival.mark());
            Integer life = lives.put(arrival.place(), arrival.life());
            if (lives.size() == 1 && life == null) {
                if (!expected.contains(arrival.mark()) && !possible.contains(arrival.mark())) {
                    unasked++;
                    findings.add("unasked: " + arrival);
                }
            } else if (life != null && life < arrival.life()
                    && repeats.merge(new Poll(arrival.life(), arrival.place().partition()), 1, Integer::sum) <= POLL) {
                findings.add("repeated: " + arrival);
            } else {
                duplicated++;
                findings.add("duplicated: " + arrival + ", lives by place " + lives);
            }
        }
        int lines = unaccounted.size();
        unaccounted.clear();
        Set<String> missing = new HashSet<>(expected);
        missing.removeAll(livesByMark.keySet());
        missing.forEach(mark -> findings.add("missing: " + mark));
        int repeated = repeats.values().stream().mapToInt(count -> Math.min(count, POLL)).sum();
        return new Account(expected.size(), lines, missing.size(), repeated, duplicated, unasked, findings);
    }
}
