package dev.tidewatch.http;

/** A field of a request that the contract allows does not fit what is there. */
public class BadFieldException extends Exception {

    private final String field;

    /**
     * What is wrong.
     *
     * @param field  the name of the field
     * @param detail what is wrong with it, for the caller to read
     */
    public BadFieldException(String field, String detail) {
        super(detail);
        this.field = field;
    }

    String field() {
        return field;
    }
}
