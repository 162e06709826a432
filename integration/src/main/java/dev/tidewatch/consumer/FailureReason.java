package dev.tidewatch.consumer;

/** Describes failures without revealing data. */
public final class FailureReason {

    private FailureReason() {
    }

    /** The message of an exception that Tidewatch throws, because it holds nothing of the record; the class of any other. */
    public static String of(Exception failure) {
        String type = failure.getClass().getName();
        return type.startsWith("dev.tidewatch.") ? failure.getMessage() : "failed with " + type;
    }
}
