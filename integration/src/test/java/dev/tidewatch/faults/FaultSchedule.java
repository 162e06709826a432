package dev.tidewatch.faults;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rounds of faults, the same for the same seed. */
final class FaultSchedule {

    private static final int LATEST_MILLIS = 2000;
    private static final int SHORTEST_MILLIS = 200;
    private static final List<List<Fault.Kind>> KINDS_BY_PART =
            List.of(List.of(Fault.Kind.APPLICATION_STOPPED, Fault.Kind.APPLICATION_KILLED),
            List.of(Fault.Kind.BROKER_STOPPED), List.of(Fault.Kind.DATABASE_FROZEN, Fault.Kind.DATABASE_KILLED),
            List.of(Fault.Kind.TOPICS_RECREATED, Fault.Kind.OFFSETS_OUT_OF_RANGE, Fault.Kind.RETENTION_GAP));

    /** Unlike Random, neighbouring seeds give unrelated first numbers. */
    private final SplittableRandom random;

    FaultSchedule(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Rounds of one fault each. */
    List<List<Fault>> alone(Fault.Kind kind, int rounds) {
        return IntStream.range(0, rounds).mapToObj(round -> List.of(fault(kind))).toList();
    }

    /** Rounds of one to four faults in different components. */
    List<List<Fault>> mix(int rounds) {
        return IntStream.range(0, rounds).mapToObj(round -> anyParts().map(kinds -> fault(any(kinds))).toList()).toList();
    }

    private Stream<List<Fault.Kind>> anyParts() {
        int chosen = 1 + random.nextInt((1 << KINDS_BY_PART.size()) - 1);
        return IntStream.range(0, KINDS_BY_PART.size()).filter(part -> (chosen >> part & 1) == 1).mapToObj(KINDS_BY_PART::get);
    }

    private Fault.Kind any(List<Fault.Kind> kinds) {
        return kinds.get(random.nextInt(kinds.size()));
    }

    private Fault fault(Fault.Kind kind) {
        int lasting = SHORTEST_MILLIS + random.nextInt(kind.longestMillis() - SHORTEST_MILLIS);
        return new Fault(kind, Duration.ofMillis(random.nextInt(LATEST_MILLIS)), Duration.ofMillis(lasting));
    }
}
