package dev.tidewatch.http;

/** A request that changes something comes with the session cookie, or asks for it, and the page of another site may have sent it. */
public class ForgedRequestException extends Exception {

    public ForgedRequestException(String message) {
        super(message);
    }
}
