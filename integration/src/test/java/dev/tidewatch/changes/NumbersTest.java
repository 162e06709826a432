package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "-1", "9007199254740992", "-9007199254740992", "0.5", "-0.25", "1e2", "1E2", "+1.5", "9.5"})
    void exactNumbersBecomeNumbers(String text) {
        assertThat(Numbers.any(text)).isInstanceOf(Number.class).satisfies(number ->
                assertThat(((Number) number).doubleValue()).isEqualTo(Double.parseDouble(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740993", "-9007199254740993", "0.1234567890123456789", "NaN", "Infinity", "0x1p3", "1d", "1f",
                            " 1.5", "1e400", "1e", "-", "", "."})
    void anythingElseStaysText(String text) {
        assertThat(Numbers.any(text)).isEqualTo(text);
    }
}
