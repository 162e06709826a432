package dev.tidewatch.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

    @Test
    void readsAPositionOfThousandsOfPartitions() {
        String text = "topic" + "~0".repeat(4_000);

        assertThat(Position.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a~", "a~0.", ".a~0", "a~0..b~0", "a~0.b", "a~-1", "a~A", "a~zzzzzzzzzzzzz", "a~0 ", "\u00E4~0"})
    void ignoresOtherTexts(String text) {
        assertThat(Position.parse(text)).isNull();
    }
}
