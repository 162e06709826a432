package dev.tidewatch.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the lines of one topic with the expected ones: one line per mark. Thread-safe. */
final class Ledger {

    /** The largest poll: as many lines can repeat after a kill. */
    private static final int POLL = 5000;

    private final Map<String, Map<Place, Integer>> livesByMark = new HashMap<>();
    private final List<Arrival> unaccounted = new ArrayList<>();

    /**
     * The lines since the previous account.
     *
     * @param expected marks that must have a line
     * @param lines lines written
     * @param missing marks without a line
     * @param repeated lines of a record that an earlier run had already written, at most one poll per run and partition
     * @param duplicated all other second lines of a mark
     * @param unasked lines without a mark
     * @param findings violations, one sentence each
     */
    record Account(int expected, int lines, int missing, int repeated, int duplicated, int unasked, List<String> findings) {
    }

    private record Place(int partition, long offset) {
    }

    private record Poll(int life, int partition) {
    }

    private record Arrival(int life, String mark, Place place) {
    }

    /** Adds a line of a run of the application; runs are numbered, and each but the last ends with a kill. */
    synchronized void came(int life, AuditLine line) {
        Arrival arrival = new Arrival(life, line.mark(), new Place(line.partition(), line.offset()));
        unaccounted.add(arrival);
        livesByMark.computeIfAbsent(line.mark(), mark -> new HashMap<>());
    }

    synchronized boolean has(String mark) {
        return livesByMark.containsKey(mark);
    }

    /** The number of lines since the previous account. */
    synchronized int size() {
        return unaccounted.size();
    }

    /**
     * Compares.
     *
     * @param expected marks that must have a line
     * @param possible marks that may have a line, because their outcome is unknown
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
