package dev.tidewatch;

import java.time.Clock;
import java.time.Instant;
import java.util.Objects;

/** The state of a component and when this instance first observed it. Thread-safe. */
public final class Since<T> {

    private final Clock clock;
    private volatile Seen<T> seen;

    /**
     * A state and the time of its first observation.
     *
     * @param state null if it is unknown
     * @param since not before the start of the instance
     */
    public record Seen<T>(T state, Instant since) {
    }

    public Since(T state, Clock clock) {
        this.clock = clock;
        this.seen = new Seen<>(state, clock.instant());
    }

    /** Records the current state. */
    public synchronized void see(T state) {
        if (!Objects.equals(state, seen.state())) {
            seen = new Seen<>(state, clock.instant());
        }
    }

    /** The last observation. */
    public Seen<T> seen() {
        return seen;
    }
}
