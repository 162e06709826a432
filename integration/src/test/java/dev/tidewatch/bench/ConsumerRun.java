package dev.tidewatch.bench;

/** Time on the clock and processor time in which all records were consumed. */
record ConsumerRun(double seconds, double processorSeconds) {

    ConsumerRun plus(ConsumerRun other) {
        return new ConsumerRun(seconds + other.seconds, processorSeconds + other.processorSeconds);
    }

    ConsumerRun times(double factor) {
        return new ConsumerRun(seconds * factor, processorSeconds * factor);
    }
}
