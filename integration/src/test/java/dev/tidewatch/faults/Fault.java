package dev.tidewatch.faults;

import java.time.Duration;

/**
 * One fault.
 *
 * @param kind which component fails, and how
 * @param after how long the load runs first
 * @param lasting duration of the fault
 */
record Fault(Kind kind, Duration after, Duration lasting) {

    /** Kinds of faults, with their longest duration in milliseconds. */
    enum Kind {
        APPLICATION_STOPPED(1000), APPLICATION_KILLED(1000), BROKER_STOPPED(6000), DATABASE_FROZEN(4500), DATABASE_KILLED(2000),
        TOPICS_RECREATED(1000), OFFSETS_OUT_OF_RANGE(1000), RETENTION_GAP(1000);

        private final int longest;

        Kind(int longest) {
            this.longest = longest;
        }

        int longestMillis() {
            return longest;
        }

        /** Whether it changes topics or committed offsets: it begins when everything is consumed, and lasts as long as it needs. */
        boolean isOfTopics() {
            return this == TOPICS_RECREATED || this == OFFSETS_OUT_OF_RANGE || this == RETENTION_GAP;
        }
    }
}
