package dev.tidewatch.live;

/** As many clients as may see the events, or the application is stopping. */
public class TooManyStreamsException extends RuntimeException {

    TooManyStreamsException() {
        super("as many clients as may see the events already");
    }
}
