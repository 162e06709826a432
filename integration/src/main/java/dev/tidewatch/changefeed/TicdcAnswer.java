package dev.tidewatch.changefeed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;

/**
 * An answer of TiCDC's OpenAPI v2. Errors are identified by their code, not by the status: an unknown changefeed is a 400, an existing one
 * a 500.
 *
 * @param status the HTTP status
 * @param body the JSON object in the body; a missing node when there is none
 */
record TicdcAnswer(int status, JsonNode body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static TicdcAnswer of(int status, byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            return new TicdcAnswer(status, json.isObject() ? json : MissingNode.getInstance());
        } catch (IOException | IllegalArgumentException e) {
            return new TicdcAnswer(status, MissingNode.getInstance());
        }
    }

    boolean isSuccess() {
        return status / 100 == 2 && !body.isMissingNode();
    }

    /** Whether this is the error of that name, such as {@code ErrChangeFeedNotExists}. */
    boolean isError(String name) {
        return ("CDC:" + name).equals(body.path("error_code").asText());
    }
}
