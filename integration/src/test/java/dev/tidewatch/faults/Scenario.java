package dev.tidewatch.faults;

import java.util.List;
import java.util.Locale;

/** A row of the table: rounds of one kind of fault, or of all of them at random. */
enum Scenario {
    APPLICATION_STOPPED, APPLICATION_KILLED, BROKER_STOPPED, DATABASE_FROZEN, DATABASE_KILLED, MIX;

    /** What goes wrong, round by round. */
    List<List<Fault>> rounds(int rounds, long seed) {
        FaultSchedule schedule = new FaultSchedule(seed + ordinal());
        return this == MIX ? schedule.mix(rounds) : schedule.alone(Fault.Kind.valueOf(name()), rounds);
    }

    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What the names of its users begin with. */
    String prefix() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + "-";
    }
}
