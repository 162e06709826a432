package dev.tidewatch;

import java.time.Clock;
import java.time.Instant;
import java.util.Objects;

/** What a part of the system is like, and since when this instance has seen it like that. Safe for many threads. */
public final class Since<T> {

    private final Clock clock;
    private volatile Seen<T> seen;

    /**
     * A state and the time at which it was seen first.
     *
     * @param state null when it has not been seen yet
     * @param since the start of the instance at the earliest
     */
    public record Seen<T>(T state, Instant since) {
    }

    public Since(T state, Clock clock) {
        this.clock = clock;
        this.seen = new Seen<>(state, clock.instant());
    }

    /** Takes what is seen now. */
    public synchronized void see(T state) {
        if (!Objects.equals(state, seen.state())) {
            seen = new Seen<>(state, clock.instant());
        }
    }

    /** What was seen last. */
    public Seen<T> seen() {
        return seen;
    }
}
