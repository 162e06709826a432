package dev.tidewatch.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;

class UserEventDecoderTest {

    private final ObjectMapper json = Jackson2ObjectMapperBuilder.json().build();
    private final UserEventDecoder decoder = new UserEventDecoder(json);

    @Test
    void decodesWhatTheOutboxStores() throws Exception {
        UserEvent event = new UserEvent("01a1fd52-fe80-7a3e-9941-1630f9fc5881", Instant.ofEpochMilli(1_234), UserEvent.Action.LOGIN_FAILURE,
                7L, "kim", "198.51.100.7", "curl/8", UserEvent.Reason.locked);

        assertThat(decoder.decode(json.writeValueAsBytes(event))).isEqualTo(event);
    }

    @Test
    void bug09ReplacesUnpairedSurrogates() throws Exception {
        UserEvent event = decoder.decode("""
                {"eventId":"1","action":"LOGIN_FAILURE","timestamp":1,
                "username":"half \\ud800 of","ipAddress":"\\udc00","userAgent":"\\ud83d\\udd12 \\ud83d"}
                """.getBytes(StandardCharsets.UTF_8));

        assertThat(event.username()).isEqualTo("half \uFFFD of");
        assertThat(event.ipAddress()).isEqualTo("\uFFFD");
        assertThat(event.userAgent()).isEqualTo("\uD83D\uDD12 \uFFFD");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "null", textBlock = """
            null | tombstone (null value)
            `` | empty value
            {} | eventId, action or timestamp is missing
            {"eventId":"1","action":"LOGOUT"} | eventId, action or timestamp is missing
            {"eventId":"a b","action":"LOGOUT","timestamp":1} | eventId is not 1 to 36 printable ASCII characters without spaces
            {"eventId":"","action":"LOGOUT","timestamp":1} | eventId is not 1 to 36 printable ASCII characters without spaces
            {"eventId":"1","action":"LOGON"} | not a user event in JSON (line 1, column 25)
            {} {} | not a user event in JSON (line 1, column 4)
            """)
    void namesTheDefectOfARecord(String value, String message) {
        assertThatThrownBy(() -> decoder.decode(value == null ? null : value.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableEventException.class).hasMessage(message);
    }
}
