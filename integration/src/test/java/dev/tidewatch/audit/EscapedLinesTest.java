package dev.tidewatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.support.CapturedLog;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class EscapedLinesTest {

    private final CapturedLog log = CapturedLog.open();

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u001B", "\n", "\u007F", "\u0080", "\u0085", "\u009B", "\u009F", "\u00AD", "\u061C", "\u200B",
        "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202E", "\u2066", "\u2069", "\uFEFF", "\uDB40\uDC41"})
    void bug26EscapesInvisibleCharactersInNamesTextsAndMessages(String character) {
        String text = "before" + character + "after";
        LoggerFactory.getLogger(LogLines.AUDIT).atInfo().addKeyValue("data", Map.of(text, text)).log(text);

        assertThat(log.texts()).singleElement().satisfies(line -> {
            assertThat(line.stripTrailing()).doesNotContain(character).contains("before\\");
            JsonNode read = log.lines(any -> true).get(0);
            assertThat(read.path("message").asText()).isEqualTo(text);
            assertThat(read.path("data").path(text).asText()).isEqualTo(text);
        });
    }

    @Test
    void keepsVisibleCharactersReadable() {
        String text = "jos\u00e9 \u4e2d\u6587 \u05d0 \u0661";
        LoggerFactory.getLogger(LogLines.AUDIT).atInfo().log(text);

        assertThat(log.texts()).singleElement().asString().contains(text);
    }

    @AfterEach
    void close() {
        log.close();
    }
}
