package dev.tidewatch.faults;

import java.util.List;
import java.util.Locale;

/** A row of the table: rounds of one kind of fault, or of a random mix. */
enum Scenario {
    APPLICATION_STOPPED, APPLICATION_KILLED, BROKER_STOPPED, DATABASE_FROZEN, DATABASE_KILLED, TOPICS_RECREATED, OFFSETS_OUT_OF_RANGE,
    RETENTION_GAP, MIX;

    /** The faults of each round. */
    List<List<Fault>> rounds(int rounds, long seed) {
        FaultSchedule schedule = new FaultSchedule(seed + ordinal());
        return this == MIX ? schedule.mix(rounds) : schedule.alone(Fault.Kind.valueOf(name()), rounds);
    }

    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Prefix of its user names. */
    String prefix() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + "-";
    }
}
