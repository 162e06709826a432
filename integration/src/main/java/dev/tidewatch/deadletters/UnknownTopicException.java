package dev.tidewatch.deadletters;

/** A request names a topic that has no dead letters here. */
public class UnknownTopicException extends Exception {

    UnknownTopicException(String message) {
        super(message);
    }
}
