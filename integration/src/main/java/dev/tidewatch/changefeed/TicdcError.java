package dev.tidewatch.changefeed;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What TiCDC complains of.
 *
 * @param code its error code, such as {@code CDC:ErrKafkaNewProducer}; null when it has given none
 * @param message its own words, without addresses, which may hold credentials
 */
record TicdcError(String code, String message) {

    static final TicdcError TICDC_IS_SILENT = new TicdcError(null, "TiCDC does not answer");
    static final TicdcError KAFKA_IS_SILENT = new TicdcError(null, "Kafka does not answer");

    /** A running error of a changefeed: {@code error}, {@code last_error} or {@code last_warning}. Null when there is none. */
    static TicdcError ofRunningError(JsonNode error) {
        return error.isObject() ? of(error.path("code"), error.path("message")) : null;
    }

    static TicdcError of(TicdcAnswer answer) {
        return answer.body().has("error_msg")
                ? of(answer.body().path("error_code"), answer.body().path("error_msg"))
                : new TicdcError(null, "HTTP status " + answer.status() + " without an error of TiCDC's");
    }

    private static TicdcError of(JsonNode code, JsonNode message) {
        return new TicdcError(code.asText().isEmpty() ? null : code.asText(), message.asText().replaceAll("\\w+://\\S+", "***"));
    }

    /** What makes it another problem: the messages of one code differ in timestamps. */
    String identity() {
        return code == null ? message : code;
    }
}
