package dev.tidewatch.changefeed;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An error or warning of TiCDC.
 *
 * @param code such as {@code CDC:ErrKafkaNewProducer}; null when there is none
 * @param message TiCDC's message; addresses are masked, because they may hold credentials
 */
record TicdcError(String code, String message) {

    static final TicdcError TICDC_IS_SILENT = new TicdcError(null, "TiCDC does not answer");
    static final TicdcError KAFKA_IS_SILENT = new TicdcError(null, "Kafka does not answer");

    /** The error of a TiCDC that ignores column selectors. */
    static TicdcError unsupported(String version) {
        return new TicdcError("Tidewatch:UnsupportedVersion", "TiCDC " + version + " ignores column selectors; use "
                + TicdcVersion.FIRST_SUPPORTED + " or later");
    }

    /** The field {@code error}, {@code last_error} or {@code last_warning} of a changefeed; null when it is empty. */
    static TicdcError ofRunningError(JsonNode error) {
        return error.isObject() ? of(error.path("code"), error.path("message")) : null;
    }

    static TicdcError of(TicdcAnswer answer) {
        return answer.body().has("error_msg")
                ? of(answer.body().path("error_code"), answer.body().path("error_msg"))
                : new TicdcError(null, "HTTP status " + answer.status() + " without a TiCDC error");
    }

    private static TicdcError of(JsonNode code, JsonNode message) {
        return new TicdcError(code.asText().isEmpty() ? null : code.asText(), message.asText().replaceAll("\\w+://\\S+", "***"));
    }

    /** The error without TiCDC's message, which may hold names and addresses. */
    String summary() {
        boolean own = this == TICDC_IS_SILENT || this == KAFKA_IS_SILENT || code != null && code.startsWith("Tidewatch:");
        return own ? message
                : code != null && code.matches("CDC:\\w{1,100}") ? "TiCDC answers " + code : "TiCDC answers with an error";
    }

    /** Equal for the same error: messages with one code differ in timestamps. */
    String identity() {
        return code == null ? message : code;
    }
}
