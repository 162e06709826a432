package dev.tidewatch.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.springframework.http.HttpStatus;

/**
 * A problem detail (RFC 9457), as the contract's schema {@code Problem} has it.
 *
 * @param type   {@code about:blank}: the status says what there is to know
 * @param title  the status's reason phrase
 * @param status the HTTP status code
 * @param detail one sentence for the caller; never an exception's text
 * @param errors what is wrong with which field; left out when empty
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(String type, String title, int status, String detail, List<FieldError> errors) {

    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(HttpStatus status, String detail, FieldError... errors) {
        return new Problem("about:blank", status.getReasonPhrase(), status.value(), detail, List.of(errors));
    }

    /**
     * One wrong field.
     *
     * @param field  its name; empty for the body as a whole
     * @param detail what is wrong with it
     */
    @JsonInclude
    record FieldError(String field, String detail) {
    }
}
