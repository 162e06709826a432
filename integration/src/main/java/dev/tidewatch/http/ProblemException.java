package dev.tidewatch.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Ends a request with a problem detail (RFC 9457) and response headers; the route configuration {@code http-errors} sends them. */
public class ProblemException extends ErrorResponseException {

    /**
     * A problem without errors and headers.
     *
     * @param status its reason phrase is the problem's title
     * @param detail one sentence for the caller
     */
    public ProblemException(HttpStatus status, String detail) {
        super(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }

    /** 400 for a field that the contract allows and the operation does not. */
    public static ProblemException invalidField(String field, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "A field has an invalid value.").withErrors(new FieldError(field, detail));
    }

    /** Adds the contract's {@code errors}. */
    public ProblemException withErrors(FieldError... errors) {
        getBody().setProperty("errors", List.of(errors));
        return this;
    }

    /** Adds a response header. */
    public ProblemException withHeader(String name, String value) {
        getHeaders().set(name, value);
        return this;
    }

    /**
     * An invalid field.
     *
     * @param field  its name; empty for the body as a whole
     * @param detail what the caller has to change, such as {@code must be a whole number}
     */
    @JsonInclude
    public record FieldError(String field, String detail) {
    }
}
