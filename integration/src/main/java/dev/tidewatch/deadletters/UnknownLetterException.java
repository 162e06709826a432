package dev.tidewatch.deadletters;

/** A request names a place where no dead letter stands, or none any more. */
public class UnknownLetterException extends Exception {

    UnknownLetterException(String message) {
        super(message);
    }
}
