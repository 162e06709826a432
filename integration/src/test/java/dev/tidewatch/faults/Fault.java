package dev.tidewatch.faults;

import java.time.Duration;

/**
 * One thing that goes wrong.
 *
 * @param kind what breaks
 * @param after how long the load runs before
 * @param lasting how long it stays broken
 */
record Fault(Kind kind, Duration after, Duration lasting) {

    /** What can break, and for how many milliseconds at most. */
    enum Kind {
        APPLICATION_STOPPED(1000), APPLICATION_KILLED(1000), BROKER_STOPPED(6000), DATABASE_FROZEN(4500), DATABASE_KILLED(2000);

        private final int longest;

        Kind(int longest) {
            this.longest = longest;
        }

        int longestMillis() {
            return longest;
        }
    }
}
